/** The datapoints of the benchmark. */
export function batchOf(size) {
  return Array.from({ length: size }, (_, x) => ({ inputs: { x } }));
}

/** The minimum milliseconds of one call over several rounds, after one warm-up round. */
export async function leastOf(rounds, calls, call) {
  const times = [];
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    for (let i = 0; i < calls; i++) await call();
    if (round > 0) times.push((performance.now() - start) / calls);
  }
  return Math.min(...times);
}

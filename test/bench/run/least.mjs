/** Datapoints of the bench. */
export function batchOf(size) {
  return Array.from({ length: size }, (_, x) => ({ inputs: { x } }));
}

/** Milliseconds of one call, the least of some rounds after one that is not counted: the least is what the work takes. */
export async function leastOf(rounds, calls, call) {
  const times = [];
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    for (let i = 0; i < calls; i++) await call();
    if (round > 0) times.push((performance.now() - start) / calls);
  }
  return Math.min(...times);
}

/**
 * The processor time of a function, in milliseconds. Unlike wall-clock time, it does not include other programs. It is
 * for bounds that only quadratic or endless work exceeds.
 */
export function processorTime(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/**
 * What some work takes of the processor, in milliseconds. Unlike the clock it does not count what else the machine does; it
 * is for bounds that only something quadratic or endless breaks.
 */
export function processorTime(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** The minimum time between two reports about the same transfer. */
const REPORT_INTERVAL_MS = 500;

/** Passes progress on at most twice per second, and always when the transfer is complete. */
export function throttled<Total extends number | undefined>(
  report: (bytes: number, total: Total) => void,
): (bytes: number, total: Total) => void {
  let reportedAt = Number.NEGATIVE_INFINITY;
  return (bytes, total) => {
    const now = performance.now();
    if (bytes !== total && now - reportedAt < REPORT_INTERVAL_MS) return;
    reportedAt = now;
    report(bytes, total);
  };
}

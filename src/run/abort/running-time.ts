// Time limits count only the time in which this process was running. A process that is stopped (Ctrl-Z), frozen with its container, or
// asleep with its machine cannot receive answers, and its workers may be stopped, too.

/** The longest time that is counted at once. */
const SLICE_MS = 250;

/** How late a timer of a busy process may be before the delay is not counted. */
const DELAY_MS = 50;

/**
 * Calls `onExpired` after this process has run for some time. Everything that has arrived is processed first, so an answer that waits in
 * a pipe is not too late. Returns a function that cancels the call.
 */
export function afterRunning(limitMs: number, onExpired: () => void): () => void {
  let left = limitMs;
  let timer: NodeJS.Timeout;
  let immediate: NodeJS.Immediate | undefined;
  const wait = (): void => {
    const slice = Math.min(left, SLICE_MS);
    const start = performance.now();
    timer = setTimeout(() => {
      left -= Math.max(slice, Math.min(performance.now() - start, slice + DELAY_MS));
      if (left > 0) wait();
      else immediate = setImmediate(onExpired);
    }, slice);
  };
  wait();
  return () => {
    clearTimeout(timer);
    clearImmediate(immediate);
  };
}

/**
 * Yields the values of a source until the signal is aborted, even while the source is waiting. If the source throws, the
 * error is passed to `onError` and the values end.
 */
export async function* untilAborted<Value>(
  source: AsyncIterable<Value>,
  signal: AbortSignal,
  onError: (error: unknown) => void,
): AsyncGenerator<Value> {
  const iterator = source[Symbol.asyncIterator]();
  let wake = (): void => {};
  const onAbort = (): void => wake();
  signal.addEventListener("abort", onAbort);
  try {
    while (!signal.aborted) {
      // A new promise for each value: `Promise.race` with a promise that lives as long as the run would keep every value alive.
      const next = await new Promise<IteratorResult<Value> | undefined>((resolve, reject) => {
        wake = () => resolve(undefined);
        iterator.next().then(resolve, reject);
      });
      if (next === undefined || next.done) return;
      yield next.value;
    }
  } catch (error) {
    if (!signal.aborted) onError(error);
  } finally {
    signal.removeEventListener("abort", onAbort);
    iterator.return?.()?.then(undefined, () => {}); // not awaited, because it may wait as long as the source does
  }
}

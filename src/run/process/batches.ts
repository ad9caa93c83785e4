/** How values are grouped, and when reading stops. */
export interface BatchOptions {
  /** The maximum number of values in a batch. */
  readonly size: number;
  /** The maximum number of values to read. */
  readonly limit?: number | undefined;
  /** How many of the first values get a batch of their own. */
  readonly alone?: number | undefined;
  readonly signal: AbortSignal;
  /** Called if the source throws. */
  readonly onError: (error: unknown) => void;
}

type Next<Value> = IteratorResult<Value | PromiseLike<Value>, unknown>;

type Source<Value> = Iterable<Value | PromiseLike<Value>> | AsyncIterable<Value>;

/**
 * Groups the values of a source into batches of at most `size`. Reads on demand, and ends when the signal is aborted, even
 * while the source is waiting. If the source throws, the values before the error are still yielded.
 *
 * Generators and promises are created per batch, not per value, because an input may have a million datapoints.
 */
export async function* batchesOf<From, Value>(
  source: Source<From>,
  convert: (value: From, index: number) => Value,
  { size, limit = Number.POSITIVE_INFINITY, alone = 0, signal, onError }: BatchOptions,
): AsyncGenerator<readonly Value[], undefined> {
  let iterator: ReturnType<typeof iteratorOf<From>> | undefined;
  let read = 0;
  let isDone = false;

  async function fill(): Promise<readonly Value[]> {
    const batch: Value[] = [];
    const most = read < alone ? 1 : size;
    try {
      iterator ??= iteratorOf(source);
      while (batch.length < most && read < limit && !signal.aborted) {
        const answer: Next<From> | PromiseLike<Next<From>> = iterator.next();
        const next = isPromise(answer) ? await answer : answer;
        if (next.done) {
          isDone = true;
          break;
        }
        const value: From = isPromise(next.value) ? await next.value : next.value;
        batch.push(convert(value, read++));
      }
    } catch (error) {
      isDone = true;
      if (!signal.aborted) onError(error);
    }
    return batch;
  }

  let wake = (): void => {};
  const onAbort = (): void => wake();
  signal.addEventListener("abort", onAbort);
  try {
    while (!isDone && read < limit && !signal.aborted) {
      // A new promise for each batch: `Promise.race` with a promise that lives as long as the run would keep every value alive.
      const batch = await new Promise<readonly Value[] | undefined>((resolve, reject) => {
        wake = () => resolve(undefined);
        fill().then(resolve, reject);
      });
      if (batch === undefined) return undefined;
      if (batch.length > 0) yield batch;
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    // Not awaited, because the source may be waiting for more input.
    if (!isDone) void close(iterator);
  }
  return undefined;
}

function iteratorOf<Value>(source: Source<Value>): Iterator<Value | PromiseLike<Value>> | AsyncIterator<Value> {
  // Like `for await`, including its error if the source is not iterable.
  return Symbol.asyncIterator in Object(source)
    ? (source as AsyncIterable<Value>)[Symbol.asyncIterator]()
    : (source as Iterable<Value>)[Symbol.iterator]();
}

function isPromise<Value>(value: Value | PromiseLike<Value>): value is PromiseLike<Value> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

async function close(iterator: Iterator<unknown> | AsyncIterator<unknown> | undefined): Promise<void> {
  try {
    await iterator?.return?.();
  } catch {
    // The source is no longer needed, so its error is ignored.
  }
}

/** How values are grouped, and what ends the reading. */
export interface BatchOptions {
  /** How many belong together. */
  readonly size: number;
  /** How many are read at most. */
  readonly limit?: number | undefined;
  /** How many of the first are alone in their lists. */
  readonly alone?: number | undefined;
  readonly signal: AbortSignal;
  /** Is told when the source throws. */
  readonly onError: (error: unknown) => void;
}

type Next<Value> = IteratorResult<Value | PromiseLike<Value>, unknown>;

type Source<Value> = Iterable<Value | PromiseLike<Value>> | AsyncIterable<Value>;

/**
 * Groups what a source yields into lists of at most `size`; the last one may be shorter. Reads only what it is asked for,
 * and ends when the signal fires, even while the source waits. A source that throws ends with what it gave before.
 *
 * There is no generator and no race for each value, only for each list: a million datapoints come through here.
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
      // A promise for each list: racing against one that lives as long as the run would keep every value alive.
      const batch = await new Promise<readonly Value[] | undefined>((resolve, reject) => {
        wake = () => resolve(undefined);
        fill().then(resolve, reject);
      });
      if (batch === undefined) return undefined;
      if (batch.length > 0) yield batch;
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    // Not awaited: a source that waits for more must not hold us.
    if (!isDone) void close(iterator);
  }
  return undefined;
}

function iteratorOf<Value>(source: Source<Value>): Iterator<Value | PromiseLike<Value>> | AsyncIterator<Value> {
  // As `for await` does it, also with the error when it is neither.
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
    // It is no longer of interest.
  }
}

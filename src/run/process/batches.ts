/** How values are grouped, and when reading stops. */
export interface BatchOptions {
  /** The maximum number of values in a batch. */
  readonly size: number;
  /** The maximum number of values to read. */
  readonly limit?: number | undefined;
  /** How many of the first values get a batch of their own. */
  readonly alone?: number | undefined;
  /**
   * How long the first value of a batch waits for others, in milliseconds, while the source has no further value. By default, until the
   * batch is full.
   */
  readonly maxWaitMs?: number | undefined;
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
 * Generators and promises are created per batch, not per value, because an input may have a million datapoints. Timers are created
 * only while a source is waiting for its next value.
 */
export async function* batchesOf<From, Value>(
  source: Source<From>,
  convert: (value: From, index: number) => Value,
  { size, limit = Number.POSITIVE_INFINITY, alone = 0, maxWaitMs, signal, onError }: BatchOptions,
): AsyncGenerator<readonly Value[], undefined> {
  let iterator: ReturnType<typeof iteratorOf<From>> | undefined;
  let batch: Value[] = [];
  let read = 0;
  let isDone = false;
  /** Whether `fill` is running. After a wait, it continues with the next batch. */
  let isFilling = false;
  /** Whether the consumer waits for a batch. If it does not, no further values are read. */
  let isWanted = false;
  let timer: NodeJS.Timeout | undefined;
  /** Whether the first value of the batch has waited long enough. */
  let isDue = false;
  let wake = (): void => {};
  const most = (): number => (read - batch.length < alone ? 1 : size);

  async function fill(): Promise<void> {
    isFilling = true;
    try {
      iterator ??= iteratorOf(source);
      while (!isDone && isWanted && batch.length < most() && read < limit && !signal.aborted) {
        const answer: Next<From> | PromiseLike<Next<From>> = iterator.next();
        const next = isPromise(answer) ? await afterWaiting(answer) : answer;
        if (next.done) {
          isDone = true;
          break;
        }
        const value: From = isPromise(next.value) ? await afterWaiting(next.value) : next.value;
        batch.push(convert(value, read++));
      }
    } catch (error) {
      isDone = true;
      if (!signal.aborted) onError(error);
    }
    isFilling = false;
    if (!isWanted) startTimer();
    wake();
  }

  function afterWaiting<Awaited>(promise: PromiseLike<Awaited>): PromiseLike<Awaited> {
    startTimer();
    return promise;
  }

  function startTimer(): void {
    if (maxWaitMs === undefined || batch.length === 0) return;
    timer ??= setTimeout(() => {
      isDue = true;
      wake();
    }, maxWaitMs);
  }

  const onAbort = (): void => wake();
  signal.addEventListener("abort", onAbort);
  try {
    while ((isFilling || !isDone || batch.length > 0) && (read < limit || batch.length > 0) && !signal.aborted) {
      // A new promise for each batch: `Promise.race` with a promise that lives as long as the run would keep every value alive.
      await new Promise<void>((resolve) => {
        wake = resolve;
        isWanted = true;
        if (!isFilling) void fill();
        // Values that the source already has may still join a batch that is due.
        if (isDue) setImmediate(resolve);
      });
      isWanted = false;
      if (signal.aborted) return undefined;
      const filled = batch;
      batch = [];
      isDue = false;
      clearTimeout(timer);
      timer = undefined;
      if (filled.length > 0) yield filled;
    }
  } finally {
    clearTimeout(timer);
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

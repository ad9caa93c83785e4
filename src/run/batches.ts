/**
 * Groups what comes into lists of at most `size`; the last one may be shorter. The first `alone` values are alone in their
 * lists. Reads only what it is asked for.
 */
export async function* batchesOf<Value>(
  values: AsyncIterable<Value>,
  size: number,
  alone = 0,
): AsyncGenerator<readonly Value[], undefined> {
  let batch: Value[] = [];
  let left = alone;
  for await (const value of values) {
    batch.push(value);
    if (batch.length < size && left-- <= 0) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
  return undefined;
}

/** Groups what comes into lists of at most `size`; the last one may be shorter. Reads only what it is asked for. */
export async function* batchesOf<Value>(
  values: AsyncIterable<Value>,
  size: number,
): AsyncGenerator<readonly Value[], undefined> {
  let batch: Value[] = [];
  for await (const value of values) {
    batch.push(value);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
  return undefined;
}

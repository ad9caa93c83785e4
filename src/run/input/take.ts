/** The first `count` values of a source, or all. Reads nothing ahead. */
export async function* take<Value>(
  source: AsyncIterable<Value>,
  count = Number.POSITIVE_INFINITY,
): AsyncGenerator<Value> {
  let taken = 0;
  if (count < 1) return;
  for await (const value of source) {
    yield value;
    taken++;
    if (taken >= count) return;
  }
}

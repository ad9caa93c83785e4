/** All bytes of a stream; `undefined` if there are more than `max`, and then the stream is closed. Errors of the stream are thrown. */
export async function readAtMost(
  stream: AsyncIterable<Uint8Array> | readonly Uint8Array[],
  max: number,
): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > max) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

// Pushes a bundle to a registry. Blobs that the registry already has are not sent again.
import { found, problem, type Result } from "../../base/result.ts";
import { PackProblem } from "../pack/problem.ts";
import type { ImageReference } from "../registry/image-reference.ts";
import { openRepository, type RegistryContext, type RegistryRequest, statusProblem } from "../registry/registry.ts";
import { MEDIA } from "./format.ts";
import type { Bundle } from "./make.ts";
import { type Blob, blobStream, blobsOf } from "./write.ts";

/** What was sent. */
export interface Pushed {
  readonly blobs: number;
  readonly bytes: number;
}

/** Pushes a bundle under the tag of the reference. Only the reason of the signal is thrown. */
export async function pushBundle(
  bundle: Bundle,
  reference: ImageReference,
  context: RegistryContext,
): Promise<Result<Pushed>> {
  const { manifest } = bundle.image;
  const repository = openRepository(reference, "pull,push", context);
  /** Sends a request whose answer has no content. */
  const send = async (request: RegistryRequest, isAllowed = (_: number) => false): Promise<Response> => {
    const answer = await repository.send(request);
    if (answer.kind === "problem") throw new PackProblem(answer.message);
    await answer.value.body?.cancel();
    const refused = isAllowed(answer.value.status) ? undefined : statusProblem(answer.value, reference);
    if (refused !== undefined) throw new PackProblem(refused);
    return answer.value;
  };
  let [blobs, bytes] = [0, 0];
  try {
    for (const [hash, blob] of blobsOf(bundle)) {
      const digest = `sha256:${hash}`;
      if (digest === manifest.descriptor.digest) continue;
      const head = await send({ method: "HEAD", path: `/blobs/${digest}` }, (status) => status === 404);
      if (head.ok) continue;
      bytes += await upload(send, digest, blob);
      blobs++;
    }
    const headers = { "content-type": MEDIA.manifest };
    await send({ method: "PUT", path: `/manifests/${reference.tag}`, headers, body: new Uint8Array(manifest.bytes) });
    return found({ blobs, bytes });
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof PackProblem) return problem(error.message);
    throw error;
  }
}

/** Sends a blob, and returns how many bytes were sent. */
async function upload(
  send: (request: RegistryRequest) => Promise<Response>,
  digest: string,
  blob: Blob,
): Promise<number> {
  const started = await send({ method: "POST", path: "/blobs/uploads/" });
  const location = started.headers.get("location");
  if (location === null || !URL.canParse(location, started.url))
    throw new PackProblem("the registry did not say where to upload to");
  const target = new URL(location, started.url);
  target.searchParams.set("digest", digest);
  const bytes = Buffer.isBuffer(blob) ? blob.length : blob.size;
  const headers = { "content-type": "application/octet-stream" };
  await send({ method: "PUT", path: target.href, headers, body: { bytes, stream: () => blobStream(blob) } });
  return bytes;
}

// Reads a bundle in a registry. Each blob is downloaded to a temporary file; its digest is verified by the code that uses it.
import { randomUUID } from "node:crypto";
import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { NOT_CACHED } from "../acquire/download.ts";
import { REGISTRY_SCHEME } from "../pack/is-bundle.ts";
import { PackProblem } from "../pack/problem.ts";
import { readImageName } from "../registry/image-reference.ts";
import { openRepository, type RegistryContext, statusProblem } from "../registry/registry.ts";
import { BundleUnavailable, MEDIA } from "./format.ts";
import { type BundleSource, MAX_DOCUMENT } from "./source.ts";

/** Opens the bundle at `oci://HOST/NAME@sha256:…`. Nothing is requested before a blob is used. */
export function openRemote(
  url: string,
  cache: string,
  { offline, ...context }: RegistryContext & { readonly offline: boolean | undefined },
): BundleSource {
  const reference = readImageName(url.slice(REGISTRY_SCHEME.length));
  if (reference === undefined) throw new PackProblem("the URL is not `oci://HOST/NAME@sha256:…`");
  const { digest } = reference;
  if (digest === undefined)
    throw new PackProblem("the URL names no digest, so its content could change; use `oci://HOST/NAME@sha256:…`");
  const repository = openRepository(reference, "pull", context);
  return {
    manifest: { digest, size: undefined },
    withBlob: async (blob, use) => {
      if (offline === true) throw new BundleUnavailable(NOT_CACHED);
      const folder = join(cache, "parts");
      await mkdir(folder, { recursive: true });
      const path = join(folder, `${randomUUID()}.blob`);
      const file = await open(path, "wx+", 0o600);
      try {
        const isManifest = blob.digest === digest;
        const answer = await repository.send({
          method: "GET",
          path: isManifest ? `/manifests/${digest}` : `/blobs/${blob.digest}`,
          headers: { accept: isManifest ? MEDIA.manifest : "*/*", "accept-encoding": "identity" },
        });
        if (answer.kind === "problem") throw new BundleUnavailable(answer.message);
        const response = answer.value;
        const refused =
          response.status === 404
            ? `the registry ${reference.registry} does not have it`
            : statusProblem(response, reference);
        if (refused !== undefined) throw new BundleUnavailable(refused);
        let size = 0;
        for await (const chunk of withoutStalls(response.body ?? Readable.from([]), context)) {
          size += chunk.length;
          if (size > (blob.size ?? MAX_DOCUMENT))
            throw new PackProblem(`the registry sent more bytes for ${blob.digest} than the manifest announces`);
          await file.appendFile(chunk);
        }
        if (blob.size !== undefined && size !== blob.size)
          throw new PackProblem(`the registry sent ${size} bytes for ${blob.digest} instead of ${blob.size}`);
        return await use({ file, offset: 0, size });
      } finally {
        await file.close();
        await rm(path, { force: true });
      }
    },
  };
}

/** The chunks of a stream. Fails if the next one takes too long. */
async function* withoutStalls(
  stream: AsyncIterable<Uint8Array>,
  { signal, stallMs }: RegistryContext,
): AsyncGenerator<Uint8Array> {
  const iterator = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(
          () => reject(new BundleUnavailable(`the registry sent nothing for ${stallMs / 1000} s`)),
          stallMs,
        );
      });
      try {
        const { done, value } = await Promise.race([iterator.next(), late]);
        if (done === true) return;
        yield value;
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof TypeError) throw new BundleUnavailable("the connection to the registry was closed");
        throw error;
      } finally {
        clearTimeout(timer);
      }
    }
  } finally {
    await iterator.return?.();
  }
}

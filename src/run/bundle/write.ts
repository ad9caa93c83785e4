// Writes a bundle as a folder or as a tar file. It is written under a temporary name and then renamed.
import { createHash } from "node:crypto";
import { createWriteStream, existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { makeFolder } from "../../system/make-folder.ts";
import { temporaryName } from "../../system/write.ts";
import { LAYOUT_FILE } from "../pack/is-bundle.ts";
import { compareNames } from "../pack/names.ts";
import { PackProblem } from "../pack/problem.ts";
import { type TarFile, tarEnd, tarPart } from "../pack/tar.ts";
import { type Bundle, type Layer, layerStream } from "./make.ts";

const LAYOUT = Buffer.from('{"imageLayoutVersion":"1.0.0"}');

/** The blobs of a bundle, each once, by the hexadecimal part of their digests. */
export function blobsOf({ image, layers }: Bundle): ReadonlyMap<string, Blob> {
  const small = [image.config, image.manifest].map(({ descriptor, bytes }) => [descriptor.digest, bytes] as const);
  const all = [...small, ...layers.map((layer) => [layer.digest, layer] as const)];
  return new Map(
    all.map(([digest, blob]) => [digest.slice("sha256:".length), blob] as const).sort(([a], [b]) => compareNames(a, b)),
  );
}

export type Blob = Buffer | Layer;

/** The bytes of a blob. Throws if the files of a layer have changed since they were hashed. */
export async function* blobStream(blob: Blob): AsyncGenerator<Buffer> {
  if (Buffer.isBuffer(blob)) {
    yield blob;
    return;
  }
  const hash = createHash("sha256");
  for await (const chunk of layerStream(blob)) {
    hash.update(chunk);
    yield chunk;
  }
  if (`sha256:${hash.digest("hex")}` !== blob.digest)
    throw new PackProblem(`the files of the layer "${blob.title}" changed while they were packed`);
}

/** Why a bundle cannot be written to a path, as the predicate of a sentence; `undefined` if it can. */
export async function whyNotWritable(path: string, isTar: boolean): Promise<string | undefined> {
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => error.code);
  if (names === "ENOENT") return undefined;
  if (names === "ENOTDIR") return isTar ? undefined : "is a file";
  if (!Array.isArray(names)) return "cannot be read";
  if (isTar) return "is a folder";
  return names.length === 0 || names.includes(LAYOUT_FILE) ? undefined : "is a folder that does not contain a bundle";
}

/** Writes an OCI image layout. A bundle that exists at the path is replaced. */
export async function writeLayout(bundle: Bundle, path: string): Promise<void> {
  makeFolder(dirname(path));
  const temporary = temporaryName(path);
  const old = temporaryName(path);
  try {
    await mkdir(join(temporary, "blobs", "sha256"), { recursive: true });
    await writeFile(join(temporary, LAYOUT_FILE), LAYOUT);
    await writeFile(join(temporary, "index.json"), bundle.image.index);
    for (const [hash, blob] of blobsOf(bundle)) {
      await pipeline(
        Readable.from(blobStream(blob)),
        createWriteStream(join(temporary, "blobs", "sha256", hash), { flags: "wx" }),
      );
    }
    if (existsSync(path)) await rename(path, old);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}

/** Writes a tar file of an OCI image layout. Its first file marks it as a bundle. */
export async function writeTar(bundle: Bundle, path: string): Promise<void> {
  makeFolder(dirname(path));
  const temporary = temporaryName(path);
  try {
    await pipeline(Readable.from(archive(bundle)), createWriteStream(temporary, { flags: "wx" }));
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function* archive(bundle: Bundle): AsyncGenerator<Buffer> {
  const small = (name: string, content: Buffer): readonly [TarFile, AsyncIterable<Buffer>] => [
    { name, isExecutable: false, bytes: content.length, content },
    blobStream(content),
  ];
  yield* tarPart(...small(LAYOUT_FILE, LAYOUT));
  yield* tarPart(...small("index.json", bundle.image.index));
  for (const [hash, blob] of blobsOf(bundle)) {
    const bytes = Buffer.isBuffer(blob) ? blob.length : blob.size;
    yield* tarPart({ name: `blobs/sha256/${hash}`, isExecutable: false, bytes }, blobStream(blob));
  }
  yield tarEnd();
}

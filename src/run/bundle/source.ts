// Where the blobs of a bundle come from: a folder or a tar file with an OCI image layout. Anyone may have made them.
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { quote } from "../../base/quote.ts";
import { whyUnreadable } from "../../system/paths.ts";
import { bundleForm, LAYOUT_FILE } from "../pack/is-bundle.ts";
import { nameSet } from "../pack/names.ts";
import { PackProblem } from "../pack/problem.ts";
import { type Region, tarEntries } from "../pack/untar.ts";
import { type Descriptor, isDigest, MAX_LAYERS, MEDIA, parseObject } from "./format.ts";

/** The largest index, manifest or configuration, in bytes. Registries allow 4 MiB. */
export const MAX_DOCUMENT = 4 * 1024 * 1024;

/** A blob, as a manifest names it. */
export type BlobName = Pick<Descriptor, "digest" | "size">;

/** The blobs of one bundle. Their digests are not verified yet. */
export interface BundleSource {
  /** The size is known only if an index names the manifest. */
  readonly manifest: Pick<BlobName, "digest"> & { readonly size: number | undefined };
  /** Passes the bytes of a blob to `use`. Their number is verified. */
  readonly withBlob: <Value>(blob: BundleSource["manifest"], use: (region: Region) => Promise<Value>) => Promise<Value>;
}

/** The manifest of a bundle. */
export interface Manifest {
  readonly digest: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

/** Finds a file of a layout, and passes its bytes to `use`; `undefined` if it does not exist. */
type WithFile = <Value>(name: string, use: (region: Region | undefined) => Promise<Value>) => Promise<Value>;

/** Opens a bundle in a folder or a tar file. Throws a `PackProblem`. */
export async function openLayout(path: string): Promise<BundleSource> {
  const reason = await whyUnreadable(path);
  if (reason !== undefined) throw new PackProblem(`${quote(path)} ${reason}`);
  const withFile = bundleForm(path) === "tar" ? await tarFiles(path) : folderFiles(path);
  await withFile(LAYOUT_FILE, async (region) => {
    if (region === undefined) throw new PackProblem(`it has no \`${LAYOUT_FILE}\``);
  });
  const index = parseObject(await withFile("index.json", (region) => readDocument(region, "index.json")), "index.json");
  return {
    manifest: onlyManifest(index),
    withBlob: ({ digest, size }, use) =>
      withFile(`blobs/${digest.replace(":", "/")}`, (region) => {
        if (region === undefined) throw new PackProblem(`the blob ${digest} is missing`);
        if (size !== undefined && region.size !== size)
          throw new PackProblem(`the blob ${digest} has ${region.size} bytes instead of ${size}`);
        return use(region);
      }),
  };
}

function folderFiles(folder: string): WithFile {
  return async (name, use) => {
    // Do not wait for a pipe.
    const file = await open(join(folder, name), constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(
      () => undefined,
    );
    try {
      const entry = await file?.stat();
      return await use(file && entry?.isFile() ? { file, offset: 0, size: entry.size } : undefined);
    } finally {
      await file?.close();
    }
  };
}

async function tarFiles(path: string): Promise<WithFile> {
  const withWhole = folderFiles(dirname(path));
  const regions = new Map<string, Omit<Region, "file">>();
  await withWhole(basename(path), async (whole) => {
    if (whole === undefined) throw new PackProblem("it is not a file");
    for await (const { name, offset, bytes } of tarEntries(whole, "the tar file", nameSet()))
      regions.set(name, { offset, size: bytes });
  });
  return (name, use) =>
    withWhole(basename(path), (whole) => {
      const region = regions.get(name);
      return use(whole && region && { file: whole.file, ...region });
    });
}

/** Reads and verifies the manifest and the configuration of a bundle. */
export async function readManifest(source: BundleSource): Promise<Manifest> {
  const { digest } = source.manifest;
  const value = parseObject(await verifiedDocument(source, source.manifest, "manifest"), "manifest");
  const layers = value["layers"];
  if (!Array.isArray(layers) || layers.length > MAX_LAYERS)
    throw new PackProblem("the manifest has no list of layers, or too many");
  const manifest = { digest, config: descriptorOf(value["config"]), layers: layers.map(descriptorOf) };
  const other = manifest.layers.find(({ mediaType }) => mediaType !== MEDIA.layer);
  if (other !== undefined)
    throw new PackProblem(`it is not a bundle of Modelwright: a layer has the media type ${quote(other.mediaType)}`);
  const config = parseObject(await verifiedDocument(source, manifest.config, "configuration"), "configuration");
  const ids = ((config["rootfs"] ?? {}) as { diff_ids?: unknown }).diff_ids;
  if (JSON.stringify(ids) !== JSON.stringify(manifest.layers.map((layer) => layer.digest)))
    throw new PackProblem("the configuration names other layers than the manifest");
  return manifest;
}

/** The text of a small blob with the right digest. */
async function verifiedDocument(
  source: BundleSource,
  descriptor: BundleSource["manifest"],
  shown: string,
): Promise<string> {
  const text = await source.withBlob(descriptor, (region) => readDocument(region, shown));
  requireDigest(descriptor.digest, createHash("sha256").update(text).digest("hex"));
  return text;
}

/** Throws if a blob has another digest than the one that names it. */
export function requireDigest(digest: string, hash: string): void {
  if (digest !== `sha256:${hash}`)
    throw new PackProblem(`the blob ${digest} has other content: its digest is sha256:${hash}`);
}

async function readDocument(region: Region | undefined, shown: string): Promise<string> {
  if (region === undefined) throw new PackProblem(`\`${shown}\` is missing`);
  if (region.size > MAX_DOCUMENT) throw new PackProblem(`\`${shown}\` is larger than ${MAX_DOCUMENT} bytes`);
  const bytes = Buffer.alloc(region.size);
  const { bytesRead } = await region.file.read(bytes, 0, region.size, region.offset);
  if (bytesRead < region.size) throw new PackProblem(`\`${shown}\` is incomplete`);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new PackProblem(`\`${shown}\` is not UTF-8 text`);
  }
}

/** The manifest that an index names. A layout may hold several images, but a bundle is one. */
function onlyManifest({ manifests }: Readonly<Record<string, unknown>>): Descriptor {
  if (!Array.isArray(manifests) || manifests.length !== 1)
    throw new PackProblem("`index.json` does not name exactly one image");
  return descriptorOf(manifests[0]);
}

function descriptorOf(value: unknown): Descriptor {
  const { mediaType, digest, size, annotations } = (value ?? {}) as Partial<Descriptor>;
  const isValid = typeof mediaType === "string" && isDigest(digest) && Number.isSafeInteger(size) && Number(size) >= 0;
  if (!isValid) throw new PackProblem("a descriptor has no media type, no sha256 digest or no size");
  const title = (annotations ?? {}) as Readonly<Record<string, string>>;
  return { mediaType, digest, size: Number(size), annotations: title };
}

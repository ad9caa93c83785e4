// What a bundle contains: an OCI image layout (https://github.com/opencontainers/image-spec) whose layers are plain tar files.
import { isInnerPath } from "../pack/names.ts";
import { PackProblem } from "../pack/problem.ts";

/** The version of the format. A reader rejects all other versions. */
export const BUNDLE_VERSION = 1;

export const MEDIA = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
  bundle: "application/vnd.modelwright.bundle.v1",
} as const;

/** The paths of a bundle whose content Modelwright itself reads. */
export const PATHS = {
  /** The index of the contents: a `BundleIndex`. */
  index: "bundle.json",
  /** The execution plan, as `modelwright plan` prints it. */
  plan: "plan.json",
  /** Definitions, and the code and files with relative paths, at the places that the definitions name. */
  definition: "definition",
  /** Code of repositories, by the hash of its files. */
  code: "code",
  /** Files from URLs and absolute paths, by their hash. */
  files: "files",
} as const;

/** The largest JSON document of a bundle, in bytes. */
export const MAX_JSON = 64 * 1024 * 1024;

export const MAX_LAYERS = 10_000;

/** A blob, as manifests refer to it. */
export interface Descriptor {
  readonly mediaType: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The hash and the size of a file that is not in the bundle. */
export interface FilePin {
  readonly sha256: string;
  readonly bytes: number;
}

/** The content of `bundle.json`. All paths start at the root of the bundle. */
export interface BundleIndex {
  readonly bundleVersion: typeof BUNDLE_VERSION;
  /** The definitions, relative to the folder `definition`. */
  readonly definitions: readonly string[];
  /** The folder that the paths of the plan are relative to. */
  readonly root: string;
  /** The hash of the plan. */
  readonly plan: string;
  /** By the id of a step of the plan: the path of its code or file. */
  readonly packed: Readonly<Record<string, string>>;
  /** By the id of a step of the plan: the hash of a file that stays at its address. */
  readonly addresses: Readonly<Record<string, FilePin>>;
}

/** A bundle that its registry does not send. The message is a sentence without its full stop. */
export class BundleUnavailable extends Error {}

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** Whether a text is a digest that this version can verify. */
export function isDigest(text: unknown): text is string {
  return typeof text === "string" && DIGEST.test(text);
}

/** Reads `bundle.json`, which may come from anyone. */
export function readIndex(text: string): BundleIndex {
  const value = parseObject(text, PATHS.index);
  const { bundleVersion, definitions, root, plan, packed, addresses } = value;
  if (bundleVersion !== BUNDLE_VERSION)
    throw new PackProblem(`\`${PATHS.index}\` has a version that this version of Modelwright cannot read`);
  const isValid =
    Array.isArray(definitions) &&
    definitions.length > 0 &&
    definitions.every((path) => isInnerPath(path)) &&
    isInnerPath(root) &&
    isDigest(plan) &&
    isMap(packed, isInnerPath) &&
    isMap(addresses, isPin);
  if (!isValid) throw new PackProblem(`\`${PATHS.index}\` is not an index of a bundle`);
  return { bundleVersion, definitions, root, plan, packed, addresses } as BundleIndex;
}

/** Reads a JSON object. `shown` is its name in the message. */
export function parseObject(text: string, shown: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {}
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new PackProblem(`\`${shown}\` is not a JSON object`);
  return value as Readonly<Record<string, unknown>>;
}

function isMap(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(isItem);
}

function isPin(value: unknown): boolean {
  const { sha256, bytes } = (value ?? {}) as Record<string, unknown>;
  return typeof sha256 === "string" && /^[0-9a-f]{64}$/.test(sha256) && Number.isSafeInteger(bytes);
}

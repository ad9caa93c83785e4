// The manifest and the configuration of a bundle. They are those of a real image, so that container tools can pull it.
import { createHash } from "node:crypto";
import { type Descriptor, MEDIA } from "./format.ts";

/** A layer of a bundle. */
export interface LayerDescription {
  /** What it contains, for people. */
  readonly title: string;
  readonly digest: string;
  readonly size: number;
}

/** A blob that is small enough for memory. */
export interface SmallBlob {
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
}

/** The manifest of a bundle, its configuration, and the index of a layout that contains only this bundle. */
export interface Image {
  readonly manifest: SmallBlob;
  readonly config: SmallBlob;
  readonly index: Buffer;
}

/** The label of the plan's hash. */
export const PLAN_LABEL = "modelwright.plan";
const CONTENT_ANNOTATION = "modelwright.content";

/** Times are part of the digest, so all are the same. */
const NO_TIME = "1970-01-01T00:00:00Z";

/** The image of a bundle. The same layers give the same bytes. */
export function imageOf(layers: readonly LayerDescription[], plan: string): Image {
  const config = smallBlob(MEDIA.config, {
    // Tools require a platform. The files are for every platform, so this one has no meaning.
    architecture: "amd64",
    os: "linux",
    created: NO_TIME,
    config: { Labels: { [PLAN_LABEL]: plan } },
    rootfs: { type: "layers", diff_ids: layers.map(({ digest }) => digest) },
    history: layers.map(({ title }) => ({ created: NO_TIME, created_by: `modelwright bundle: ${title}` })),
  });
  const manifest = smallBlob(MEDIA.manifest, {
    schemaVersion: 2,
    mediaType: MEDIA.manifest,
    artifactType: MEDIA.bundle,
    config: config.descriptor,
    layers: layers.map(({ title, digest, size }) => ({
      mediaType: MEDIA.layer,
      digest,
      size,
      annotations: { [CONTENT_ANNOTATION]: title },
    })),
  });
  const index = jsonBytes({
    schemaVersion: 2,
    mediaType: MEDIA.index,
    manifests: [{ ...manifest.descriptor, artifactType: MEDIA.bundle }],
  });
  return { manifest, config, index };
}

/** The title of a layer, which `imageOf` has written into its descriptor. */
export function titleOf({ annotations }: Pick<Descriptor, "annotations">): string {
  return annotations?.[CONTENT_ANNOTATION] ?? "other files";
}

function smallBlob(mediaType: string, content: object): SmallBlob {
  const bytes = jsonBytes(content);
  const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
  return { descriptor: { mediaType, digest, size: bytes.length }, bytes };
}

function jsonBytes(content: object): Buffer {
  return Buffer.from(JSON.stringify(content));
}

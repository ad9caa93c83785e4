// Makes bundles: hashes and scans what is packed first, so that sizes and problems are known before anything is written.
import { createHash } from "node:crypto";
import type { Failure } from "../api/report.ts";
import { PackProblem } from "../pack/problem.ts";
import { type TarFile, tarSize, tarStream } from "../pack/tar.ts";
import { planRedactor, redactTexts } from "../secrets/redaction.ts";
import { type ContentsRequest, collectContents, type LayerContents } from "./contents.ts";
import { type BundleIndex, PATHS } from "./format.ts";
import { type Image, imageOf } from "./image.ts";
import { credentialsOfPlan, type FoundSecret, type KnownSecret, scanner } from "./scan.ts";

/** A layer that is ready to be written. */
export interface Layer extends LayerContents {
  readonly digest: string;
  readonly size: number;
}

/** A bundle that is ready to be written. */
export interface Bundle {
  readonly index: BundleIndex;
  readonly image: Image;
  readonly layers: readonly Layer[];
}

/** A secret in a packed file. */
export interface SecretInFile {
  /** The path of the file, as `allowSecrets` names it. */
  readonly path: string;
  readonly secret: FoundSecret;
}

export interface BundleRequest extends ContentsRequest {
  /** The paths of files that may contain secrets. */
  readonly allowSecrets?: readonly string[] | undefined;
}

/** Either a bundle, or what prevents it. */
export type Made =
  | { readonly kind: "bundle"; readonly bundle: Bundle }
  | { readonly kind: "problems"; readonly failures: readonly Failure[]; readonly secrets: readonly SecretInFile[] };

/** Makes a bundle of a plan. Writes nothing except to the cache. Messages contain no secrets. Only the reason of the signal is thrown. */
export async function makeBundle(request: BundleRequest): Promise<Made> {
  const { plan, root, variables } = request;
  const made = await makeUnredacted(request);
  return made.kind === "bundle" ? made : redactTexts(made, planRedactor(plan, { environment: variables, root }));
}

async function makeUnredacted(request: BundleRequest): Promise<Made> {
  const failures: Failure[] = [];
  try {
    const contents = await collectContents(request, (failure) => failures.push(failure));
    if (contents === undefined) return { kind: "problems", failures, secrets: [] };
    const secrets: SecretInFile[] = [];
    const known = credentialsOfPlan(request.plan, request.variables);
    const layers: Layer[] = [];
    for (const layer of contents.layers) {
      layers.push(await readLayer(layer, known, secrets));
      request.signal.throwIfAborted();
    }
    const allowed = new Set(request.allowSecrets);
    const refused = secrets.filter(({ path }) => !allowed.has(path));
    if (refused.length > 0) return { kind: "problems", failures, secrets: refused };
    const image = imageOf(layers, contents.index.plan);
    return { kind: "bundle", bundle: { index: contents.index, image, layers } };
  } catch (error) {
    request.signal.throwIfAborted();
    if (!(error instanceof PackProblem) && (error as NodeJS.ErrnoException).syscall === undefined) throw error;
    return { kind: "problems", failures: [{ step: "bundle", message: (error as Error).message }], secrets: [] };
  }
}

/** The bytes of a layer. */
export function layerStream({ files }: LayerContents): AsyncGenerator<Buffer> {
  return tarStream(files);
}

async function readLayer(layer: LayerContents, known: readonly KnownSecret[], secrets: SecretInFile[]): Promise<Layer> {
  const hash = createHash("sha256");
  const found = new Map<TarFile, FoundSecret>();
  let current: TarFile | undefined;
  let scan = scanner(known);
  const onBytes = (file: TarFile, chunk: Buffer): void => {
    if (file !== current) scan = scanner(known);
    current = file;
    const secret = scan(chunk);
    if (secret !== undefined) found.set(file, secret);
  };
  for await (const chunk of tarStream(layer.files, onBytes)) hash.update(chunk);
  for (const [{ name }, secret] of found) secrets.push({ path: shownPath(name), secret });
  return { ...layer, digest: `sha256:${hash.digest("hex")}`, size: tarSize(layer.files) };
}

/** A path of a bundle for people: next to the definition if possible. */
export function shownPath(name: string): string {
  return name.startsWith(`${PATHS.definition}/`) ? name.slice(PATHS.definition.length + 1) : name;
}

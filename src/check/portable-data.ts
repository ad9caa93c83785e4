// What the platform's SDK does with files, code and data when it checks, creates and runs.
// Sources in efemarai 0.4.1: `definition_checker.py`, `runtime_checker.py`, `model.py` (`ModelHasher`, `ModelRepository`), `project.py`
// (`create_dataset`), `formats/dataset_coco.py` and `formats/dataset_imagenet.py`.
import { folderOf, isAbsolute, joinPath } from "../base/path.ts";
import { hasScheme } from "../bind/runtime.ts";
import type { Machine, TypedFile, TypedGraph, TypedModel } from "../infer/typed.ts";
import type { ParsedDefinition } from "../parse/parse.ts";
import type { Leaf } from "../parse/shaped.ts";
import { type ScalarNode, spanOf } from "../parse/tree.ts";
import type { Portability, PortabilityKind } from "./portable-kinds.ts";
import { Expander } from "./portable-values.ts";

/** What is said of the files, code and data of all definitions. */
export function* portableData(graph: TypedGraph): Generator<Portability> {
  const length = graph.bound.files.reduce((sum, { source }) => sum + source.text.length, 0);
  const machine: There = { kindOf: graph.machine.kindOf, expander: new Expander(graph.machine.variable, length) };
  const withModels = new Set<ParsedDefinition>();
  for (const model of graph.models) {
    if ("runtime" in model.bound.runtime && !model.bound.isUniversal) withModels.add(model.bound.definition);
    for (const file of model.files) yield* ofFile(file, model.bound.definition, machine);
    yield* ofCode(model, machine);
  }
  for (const definition of graph.bound.files) {
    // The runtime check takes sample images from the datasets beside the model.
    const isRun = withModels.has(definition);
    for (const dataset of definition.root?.fields.datasets?.items ?? []) {
      if (dataset !== undefined) yield* ofDataset(dataset, definition, machine, isRun);
    }
  }
  for (const { leaf } of graph.data) {
    if (leaf.path?.key === "file") yield found("domain-file", leaf);
  }
}

/** The machine, and what the SDK makes of variables. */
interface There {
  readonly kindOf: Machine["kindOf"];
  readonly expander: Expander;
}

function found(
  kind: PortabilityKind,
  { node, path }: Pick<Leaf<ScalarNode>, "node" | "path">,
  name?: string,
): Portability {
  return { kind, span: spanOf(node), path, ...(name === undefined ? {} : { name }) };
}

/** The text that the SDK takes from a scalar; `undefined` where the environment is not known or lacks a variable. */
function textThere(node: ScalarNode, { expander }: There): string | undefined {
  if (node.template === undefined) return node.text;
  const { text, inserted } = expander.expand(node.text);
  return inserted.length === 0 || /\$\{/.test(text) ? undefined : text;
}

/** What is at a path beside a definition. */
function kindAt(url: string, { source }: ParsedDefinition, { kindOf }: There): ReturnType<Machine["kindOf"]> {
  return kindOf(isAbsolute(url) ? url : joinPath(folderOf(source.path), url));
}

function* ofFile({ bound, place }: TypedFile, definition: ParsedDefinition, machine: There): Generator<Portability> {
  const node = bound.url?.node;
  if (node?.kind !== "scalar") return;
  const url = place.kind === "remote" ? place.url : textThere(node, machine);
  if (url === undefined || url.trim() === "") return;
  const leaf = { node, path: bound.url?.path };
  const isHashed = url.startsWith("http");
  const isUploaded = bound.upload?.kind === "literal" ? bound.upload.node.value : undefined;
  if (bound.upload === undefined) {
    if (hasScheme(url)) yield found(isHashed ? "upload-of-address" : "upload-of-other-address", leaf);
  } else if (isUploaded === false || isUploaded === null) {
    if (!isHashed && (hasScheme(url) || kindAt(url, definition, machine) === undefined))
      yield found("file-not-here", leaf);
  }
}

function* ofCode(model: TypedModel, machine: There): Generator<Portability> {
  const { bound, code } = model;
  const { repository, definition, name, isUniversal } = bound;
  if (isUniversal && name?.leaf.node.text === "$model.name") yield found("universal-bare", name.leaf);
  const { location, section } = repository;
  const hash = section?.fields.hash;
  if (location.kind === "remote" && /^https?:/i.test(location.url) && hash !== undefined) yield found("commit", hash);
  if (location.kind === "local" && location.leaf !== undefined) {
    const folder = folderOf(definition.source.path);
    const isHere = (path: string) => machine.kindOf(path) === "file";
    const ignore = [".gitignore", ".efignore", ".efemaraiignore"].find(
      (each) => isHere(joinPath(location.folder, each)) && !isHere(joinPath(folder, each)),
    );
    if (ignore !== undefined) yield found("ignore-file", location.leaf, ignore);
  }
  if (code.kind !== "local" || code.below === undefined) return;
  for (const { entrypoint, resolution, value } of model.calls()) {
    const isFound = resolution.kind === "found" || resolution.kind === "class";
    const file = `${entrypoint.module.replaceAll(".", "/")}.py`;
    if (isFound && machine.kindOf(joinPath(code.below, file)) === undefined)
      yield { kind: "package", span: spanOf(value.node), path: value.path, name: file };
  }
}

type Dataset = NonNullable<
  NonNullable<NonNullable<NonNullable<ParsedDefinition["root"]>["fields"]["datasets"]>["items"]>[number]
>;

function* ofDataset(
  { fields, written }: Dataset,
  definition: ParsedDefinition,
  machine: There,
  isRun: boolean,
): Generator<Portability> {
  const { name, format, upload, data_url: data, annotations_url: annotations } = fields;
  const textOf = (leaf: Leaf<ScalarNode> | undefined) =>
    leaf?.node.value === null || leaf?.node.text.trim() === "" ? undefined : leaf && textThere(leaf.node, machine);
  // What is written and cannot be read may be anything.
  const isAbsent = (key: "data_url" | "annotations_url") => !written.has(key) || fields[key]?.node.value === null;
  const [dataUrl, annotationsUrl] = [textOf(data), textOf(annotations)];
  const isUploadWritten = written.has("upload");
  for (const [leaf, url] of [[data, dataUrl] as const, [annotations, annotationsUrl] as const]) {
    if (leaf !== undefined && url !== undefined && hasScheme(url) && !isUploadWritten)
      yield found("upload-of-address", leaf);
  }
  const layout = textOf(format);
  const title = name ?? format;
  if (format === undefined || title === undefined) return;
  const isFileUrl = (url: string) => url.startsWith("file://");
  const isHere = (url: string) => kindAt(url, definition, machine) !== undefined;
  // What is uploaded and missing is reported as such.
  const mayBeMissing = upload?.node.value === false || upload?.node.value === null;
  switch (layout) {
    case "COCO":
      if (isAbsent("annotations_url")) yield found("coco-annotations", title);
      else if (
        annotations &&
        annotationsUrl &&
        (hasScheme(annotationsUrl) || (mayBeMissing && !isHere(annotationsUrl)))
      )
        yield found("coco-annotations", annotations);
      if (isAbsent("data_url")) yield found("coco-data", title);
      else if (data && dataUrl && (hasScheme(dataUrl) || (mayBeMissing && !isHere(dataUrl))))
        yield found("coco-images", data);
      break;
    case "ImageNet":
      if (isAbsent("data_url")) yield found("imagenet-folder", title);
      else if (data && dataUrl && !isFileUrl(dataUrl)) {
        const kind = hasScheme(dataUrl) ? undefined : kindAt(dataUrl, definition, machine);
        if (kind === "file" || (kind === undefined && (hasScheme(dataUrl) || mayBeMissing)))
          yield found("imagenet-folder", data);
      }
      break;
    case "ImageRegression":
    case "tfrecord":
      yield found("format-skipped", format, layout);
      break;
    case "Custom":
      if (upload?.node.value === true && isAbsent("data_url")) yield found("upload-nothing", upload);
      if (!isUploadWritten && data && dataUrl && !hasScheme(dataUrl)) yield found("not-uploaded", data);
      break;
    default:
  }
  if (isRun && isAbsent("data_url")) yield found("no-data-at-run", title);
}

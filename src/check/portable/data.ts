// What the platform's SDK does with files, code and data when it checks, creates and runs.
// Sources in efemarai 0.4.1: `definition_checker.py`, `runtime_checker.py`, `model.py` (`ModelHasher`, `ModelRepository`), `project.py`
// (`create_dataset`), `formats/dataset_coco.py` and `formats/dataset_imagenet.py`.
import { folderOf, isAbsolute, joinPath } from "../../base/path.ts";
import { readAsPyYaml } from "../../base/pyyaml.ts";
import { hasScheme } from "../../base/schemes.ts";
import type { Machine, TypedFile, TypedGraph, TypedModel } from "../../infer/typed.ts";
import type { ParsedDefinition } from "../../parse/parse.ts";
import type { Leaf } from "../../parse/shaped.ts";
import { type ScalarNode, spanOf, type YamlNode } from "../../parse/tree.ts";
import type { Portability, PortabilityKind } from "./kinds.ts";
import { Expander } from "./values.ts";

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
    if (isRun) yield* ofProject(definition, machine);
    for (const domain of definition.root?.fields.domains?.items ?? []) {
      if (domain !== undefined && "name" in domain.fields) yield* ofDomain(domain.fields.transformations?.items ?? []);
    }
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

/** Whether the SDK's checker takes a file for one to upload; `undefined` where the environment is not known. */
function isUploaded(leaf: Pick<Leaf<YamlNode>, "node"> | undefined, machine: There): boolean | undefined {
  if (leaf === undefined) return true;
  const { node } = leaf;
  if (node.kind !== "scalar") return undefined;
  if (node.template === undefined) return node.value !== false && node.value !== null && node.value !== 0;
  if (node.style !== "plain") return true;
  const text = textThere(node, machine);
  const reading = text === undefined ? undefined : readAsPyYaml(text);
  return reading && (reading.kind === "null" ? false : !("value" in reading) || Boolean(reading.value));
}

function* ofFile({ bound, place }: TypedFile, definition: ParsedDefinition, machine: There): Generator<Portability> {
  const node = bound.url?.node;
  if (node?.kind !== "scalar") return;
  const url = place.kind === "remote" ? place.url : textThere(node, machine);
  if (url === undefined || url.trim() === "") return;
  const leaf = { node, path: bound.url?.path };
  const isHashed = url.startsWith("http");
  const upload = isUploaded(bound.upload, machine);
  if (upload === true) {
    if (hasScheme(url) && bound.upload === undefined)
      yield found(isHashed ? "upload-of-address" : "upload-of-other-address", leaf);
    else if (hasScheme(url) && bound.upload?.kind !== "literal") yield found("uploaded-address", leaf);
  } else if (upload === false && !isHashed && (hasScheme(url) || kindAt(url, definition, machine) === undefined))
    yield found("file-not-here", leaf);
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

/** The runtime check looks up what the predictions of a problem type hold, and has nothing for some. */
function* ofProject({ root }: ParsedDefinition, machine: There): Generator<Portability> {
  const { project } = root?.fields ?? {};
  if (project === undefined) return;
  const { name, problem_type: type } = project.fields;
  if (!project.written.has("problem_type") && name !== undefined) yield found("problem-type-at-run", name);
  const text = type && textThere(type.node, machine);
  if (type !== undefined && (text === "Custom" || text === "OutputImage")) yield found("problem-type-at-run", type);
}

type Definition = NonNullable<ParsedDefinition["root"]>["fields"];
type DomainEntry = NonNullable<NonNullable<Definition["domains"]>["items"][number]>["fields"];
type Transformation = NonNullable<Extract<DomainEntry, { readonly name: unknown }>["transformations"]>["items"][number];
type Axis = NonNullable<NonNullable<Transformation>["fields"]["axes"]>["items"][number];

/** What `DomainLoader` of the SDK stops at. Of a source, which has no inputs, it does not read the axes. */
function* ofDomain(transformations: readonly Transformation[]): Generator<Portability> {
  for (const transformation of transformations) {
    const title = transformation?.fields.name;
    if (transformation === undefined || title === undefined) continue;
    const { axes, inputs, outputs } = transformation.fields;
    for (const input of inputs?.items ?? []) {
      const link = input?.fields.output_from;
      const name = link?.fields.transformation;
      if (name !== undefined && link?.written.has("index") === false) yield found("absent-at-load", name, "index");
    }
    for (const output of outputs?.items ?? []) {
      const type = output?.fields.type;
      if (type !== undefined && output?.written.has("input_to") === false)
        yield found("absent-at-load", type, "input_to");
    }
    if ((inputs?.items ?? []).length === 0) continue;
    if (!transformation.written.has("axes")) yield found("absent-at-load", title, "axes");
    for (const axis of axes?.items ?? []) yield* ofAxis(axis);
  }
}

function* ofAxis(axis: Axis): Generator<Portability> {
  const { name, type, fixed, range, choices } = axis?.fields ?? {};
  if (axis === undefined || name === undefined || type === undefined) return;
  if (!axis.written.has("fixed")) yield found("absent-at-load", name, "fixed");
  if (fixed?.node.value !== false) return;
  const holds = (list: typeof range | typeof choices) => (list?.items ?? []).length > 0;
  const isNumber = type.node.text === "float" || type.node.text === "int";
  const isText = type.node.text === "str";
  const isRight = isNumber
    ? holds(range) || holds(choices)
    : isText
      ? axis.written.has("choices")
      : type.node.text === "bool";
  if (!isRight) yield found("axis-at-load", type);
}

type Dataset = NonNullable<NonNullable<Definition["datasets"]>["items"][number]>;

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
  const isSent = isUploadWritten && upload === undefined ? undefined : isUploaded(upload, machine);
  for (const [leaf, url] of [[data, dataUrl] as const, [annotations, annotationsUrl] as const]) {
    if (leaf !== undefined && url !== undefined && hasScheme(url) && isSent === true)
      yield found(isUploadWritten ? "uploaded-address" : "upload-of-address", leaf);
  }
  const layout = textOf(format);
  const title = name ?? format;
  if (format === undefined || title === undefined) return;
  // What is to be uploaded and missing is reported as such.
  const isElsewhere = (url: string | undefined, wanted: "file" | "folder") => {
    if (url === undefined || hasScheme(url)) return url !== undefined;
    const kind = kindAt(url, definition, machine);
    return kind === undefined ? isSent === false : kind !== wanted;
  };
  switch (layout) {
    case "COCO":
      if (isAbsent("annotations_url")) yield found("coco-annotations", title);
      else if (annotations && isElsewhere(annotationsUrl, "file")) yield found("coco-annotations", annotations);
      if (isAbsent("data_url")) yield found("coco-data", title);
      else if (data && isElsewhere(dataUrl, "folder")) yield found("coco-images", data);
      break;
    case "ImageNet":
      if (isAbsent("data_url")) yield found("imagenet-folder", title);
      else if (data && !dataUrl?.startsWith("file://") && isElsewhere(dataUrl, "folder"))
        yield found("imagenet-folder", data);
      break;
    case "ImageRegression":
    case "tfrecord":
      yield found("format-skipped", format, layout);
      break;
    case "Custom":
      if (upload !== undefined && isSent === true && isAbsent("data_url")) yield found("upload-nothing", upload);
      if (!isUploadWritten && data && dataUrl && !hasScheme(dataUrl)) yield found("not-uploaded", data);
      break;
    default:
  }
  const count = fields.num_datapoints;
  if (count?.node.template !== undefined && count.node.style !== "plain") {
    const isSliced = layout === "COCO" || layout === "ImageNet";
    yield found(isSliced ? "quoted-count" : "quoted-number", count);
  }
  if (isRun && isAbsent("data_url")) yield found("no-data-at-run", title);
}

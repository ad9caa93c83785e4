// What the platform and its own checker read differently from this language. Facts; the words stand in the rule.
import { remember } from "../base/remember.ts";
import type { Span } from "../base/source.ts";
import type { BoundCall, BoundModel, BoundValue, Reference } from "../bind/bound.ts";
import { UNIVERSAL_NAME } from "../bind/runtime.ts";
import { referencesIn } from "../bind/value.ts";
import type { TypedGraph } from "../infer/typed.ts";
import type { ParsedDefinition } from "../parse/parse.ts";
import { entryOf, type Path, printPath, type ScalarNode, spanOf, type YamlNode } from "../parse/tree.ts";
import { expressionSpan, writtenReferences } from "./places.ts";

export type PortabilityKind =
  | "angles"
  | "suffix"
  | "path-spelling"
  | "escape"
  | "double-dollar"
  | "in-comment"
  | "dollar-value"
  | "text-around"
  | "inside-collection"
  | "sibling"
  | "not-an-input"
  | "environment-in-runtime"
  | "universal-first"
  | "universal-beside"
  | "upload-of-address"
  | "empty-at-check"
  | "empty-at-create"
  | "empty-at-run"
  | "domain-file";

export interface Portability {
  readonly kind: PortabilityKind;
  readonly span: Span;
  readonly path: Path | undefined;
}

/** Every place in the files that the platform reads differently. */
export function* portabilityOf(graph: TypedGraph): Generator<Portability> {
  for (const model of graph.models) {
    yield* ofEntry(model.bound);
    for (const { bound: file, place } of model.files) {
      if (place.kind !== "remote" || file.upload !== undefined || file.url === undefined) continue;
      yield { kind: "upload-of-address", span: spanOf(file.url.node), path: file.url.path };
    }
  }
  for (const { leaf, place } of graph.data) {
    const isData = typeof leaf.path?.key === "string" && leaf.path.key.endsWith("_url");
    const dataset = leaf.path?.parent;
    if (isData && place.kind === "remote" && !hasUpload(graph, dataset)) {
      yield { kind: "upload-of-address", span: spanOf(leaf.node), path: leaf.path };
    }
    if (leaf.path?.key === "file") yield { kind: "domain-file", span: spanOf(leaf.node), path: leaf.path };
  }
  const used = new Set<string>();
  for (const { meaning } of writtenReferences(graph)) if (meaning.kind === "environment") used.add(meaning.name);
  for (const definition of graph.bound.files) {
    yield* ofText(definition);
    yield* ofComments(definition, used);
  }
}

function hasUpload(graph: TypedGraph, dataset: Path | undefined): boolean {
  return dataset === undefined || !withoutUpload(graph).has(dataset);
}

/** The datasets of all files that do not say whether they are uploaded, by their paths. */
const withoutUpload = remember(({ bound }: TypedGraph): ReadonlySet<Path> => {
  const datasets = bound.files.flatMap(({ root }) => root?.fields.datasets?.items ?? []);
  return new Set(datasets.flatMap((item) => (item?.path && !item.written.has("upload") ? [item.path] : [])));
});

function* ofEntry(model: BoundModel): Generator<Portability> {
  const { entry, runtime, name, isUniversal } = model;
  const repository = entryOf(entry.node, "repository");
  if (repository?.value.kind === "map" && repository.value.entries.length === 0)
    yield { kind: "empty-at-check", span: spanOf(repository.key), path: { parent: entry.path, key: "repository" } };
  if ("from" in runtime && name !== undefined) {
    const { from, definition } = runtime;
    if (runtime.kind === "universal" && definition === model.definition) {
      yield { kind: "universal-beside", span: spanOf(name.leaf.node), path: name.leaf.path };
    }
    const universal = universalNames(definition)[0];
    if (runtime.kind === "exact" && universal !== undefined && universal.node.start < from.node.start) {
      yield { kind: "universal-first", span: spanOf(universal.node), path: universal.path };
    }
  }
  const inputs = new Set<Reference>();
  if (runtime.kind === "own") {
    for (const call of [runtime.runtime.load, runtime.runtime.predict]) {
      if (call !== undefined) yield* ofCall(call, inputs);
    }
  }
  for (const reference of model.references) {
    const { meaning, isBorrowed } = reference;
    if (isBorrowed || inputs.has(reference) || meaning.kind === "environment") continue;
    const isOwnName = isUniversal && reference.scalar === name?.leaf.node;
    if (!isOwnName && isRuntimeName(reference)) yield at("not-an-input", reference);
  }
}

/** The names of the universal entries of a file. */
const universalNames = remember(({ root }: ParsedDefinition) => {
  const names = (root?.fields.models?.items ?? []).flatMap((item) => item?.fields.name ?? []);
  return names.filter(({ node }) => node.text === UNIVERSAL_NAME);
});

function* ofCall({ inputs, phase }: BoundCall, seen: Set<Reference>): Generator<Portability> {
  for (const { value } of inputs.values()) {
    for (const reference of referencesIn(value)) seen.add(reference);
    yield* ofInput(value, phase);
  }
}

function* ofInput(value: BoundValue | undefined, phase: "load" | "predict"): Generator<Portability> {
  if (value?.kind === "reference") {
    const { meaning } = value.reference;
    if (meaning.kind === "input" && meaning.of === phase) yield at("sibling", value.reference);
    return;
  }
  const isText = value?.kind === "literal" || value?.kind === "template";
  const [first] = isText ? (value.node.template?.parts ?? [{ kind: "text", value: value.node.text } as const]) : [];
  if (isText && first?.kind === "text" && first.value.startsWith("$")) {
    yield { kind: "dollar-value", span: spanOf(value.node), path: value.path };
  }
  const kind = value?.kind === "template" ? "text-around" : "inside-collection";
  for (const reference of referencesIn(value)) if (isRuntimeName(reference)) yield at(kind, reference);
}

/** Whether an expression is something that the platform's resolver would have to look up. */
function isRuntimeName({ meaning: { kind } }: Reference): boolean {
  return /^(?:model-name|device|file|obligation|input|load-output|datapoints|image)$/.test(kind);
}

/** What the spelling of expressions alone tells, in every value of a file. */
function* ofText({ root }: ParsedDefinition): Generator<Portability> {
  if (root === undefined) return;
  const waiting: { readonly node: YamlNode; readonly path: Path | undefined; readonly inRuntime: boolean }[] = [
    { node: root.node, path: undefined, inRuntime: false },
  ];
  const seen = new Set<YamlNode>();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, path, inRuntime } = next;
    // An alias is read where its anchor stands.
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.kind === "list") {
      for (const [key, item] of node.items.entries())
        waiting.push({ node: item, path: { parent: path, key }, inRuntime });
    } else if (node.kind === "map") {
      for (const { key, value } of node.entries) {
        const isRuntime = inRuntime || (key.text === "runtime" && path?.parent?.key === "models");
        const at: Path = { parent: path, key: key.text };
        waiting.push({ node: value, path: at, inRuntime: isRuntime });
        const isNothing = value.kind === "scalar" && value.value === null && value.style === "plain";
        const kind = isNothing ? STOPS_AT_NOTHING.get(patternOf(at)) : undefined;
        if (kind !== undefined) yield { kind, span: spanOf(key), path: at };
      }
    } else if (node.kind === "scalar" && node.template !== undefined) yield* ofScalar(node, path, inRuntime);
    else if (node.kind === "scalar" && DOUBLE.test(node.text))
      yield { kind: "double-dollar", span: spanOf(node), path };
  }
}

/** A variable in a comment, and what may begin one. */
const COMMENT = /(?<![^\s])#[^\r\n]*/g;
const REQUIRED = /\$\{(?!(?:model|datapoints?)\})([A-Za-z_]\w*)\}/g;

/** Variables that only comments name: the platform wants them to be set, too. */
function* ofComments({ root, source }: ParsedDefinition, used: ReadonlySet<string>): Generator<Portability> {
  if (root === undefined) return;
  let scalars: readonly ScalarNode[] | undefined;
  for (const comment of source.text.matchAll(COMMENT)) {
    for (const { index, 0: written, 1: name = "" } of comment[0].matchAll(REQUIRED)) {
      if (used.has(name)) continue;
      scalars ??= scalarsIn(root.node);
      const start = comment.index + index;
      if (isInside(scalars, comment.index)) continue;
      yield { kind: "in-comment", span: { source, start, end: start + written.length }, path: undefined };
    }
  }
}

/** Every scalar of a file, keys too, in the order of the text. */
function scalarsIn(root: YamlNode): readonly ScalarNode[] {
  const scalars = new Set<ScalarNode>();
  const waiting = [root];
  const seen = new Set<YamlNode>();
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.kind === "scalar") scalars.add(node);
    else if (node.kind === "list") waiting.push(...node.items);
    else if (node.kind === "map") for (const { key, value } of node.entries) waiting.push(key, value);
  }
  return [...scalars].sort((a, b) => a.start - b.start);
}

/** Whether an offset is inside of one of some scalars, which are in order. */
function isInside(scalars: readonly ScalarNode[], offset: number): boolean {
  let [low, high] = [0, scalars.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((scalars[middle]?.start ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  const before = scalars[low - 1];
  return before !== undefined && offset < before.end;
}

/** A `$$` before a name. */
const DOUBLE = /\$\$[A-Za-z_]/;

function* ofScalar(node: ScalarNode, path: Path | undefined, inRuntime: boolean): Generator<Portability> {
  const parts = node.template?.parts ?? [];
  if (parts.some((part) => part.kind === "text" && /\$[{<]/.test(part.value))) {
    yield { kind: "escape", span: spanOf(node), path };
  } else if (parts.some((part) => part.kind === "text" && DOUBLE.test(part.value))) {
    yield { kind: "double-dollar", span: spanOf(node), path };
  }
  for (const part of parts) {
    if (part.kind !== "expression") continue;
    const span = expressionSpan({ expression: part, scalar: node });
    const text = node.text.slice(part.start, part.end);
    if (part.spelling === "angles") yield { kind: "angles", span, path };
    else if (part.default !== undefined || part.required !== undefined) yield { kind: "suffix", span, path };
    else if (part.path.some(({ kind }) => kind !== "name") || /\s/.test(text.trim())) {
      yield { kind: "path-spelling", span, path };
    } else if (inRuntime && part.path.length === 1 && part.path[0].value !== "datapoints") {
      yield { kind: "environment-in-runtime", span, path };
    }
  }
}

function at(kind: PortabilityKind, reference: Reference): Portability {
  return { kind, span: expressionSpan(reference), path: reference.path };
}

/** A path without its numbers, such as `models[].files`. */
function patternOf(path: Path): string {
  return printPath(path).replaceAll(/\[\d+\]/g, "[]");
}

/**
 * The optional keys at which the platform stops when they have no value, and when. Source: `fixtures/empty-values/platform.json`,
 * which `test/tools/platform-empty-values.py` makes by asking the platform's SDK; `test/grammar-readme.test.ts` compares.
 */
export const STOPS_AT_NOTHING: ReadonlyMap<string, PortabilityKind> = new Map([
  ...[
    "project",
    "models",
    "models[].repository",
    "models[].repository.url",
    "models[].files",
    "datasets",
    "domains",
  ].map((key) => [key, "empty-at-check"] as const),
  ...["project.problem_type", "tests", "baselines"].map((key) => [key, "empty-at-create"] as const),
  ...[
    "models[].runtime.batch",
    "models[].runtime.batch.max_size",
    "models[].runtime.load.inputs",
    "models[].runtime.predict.inputs",
    "datasets[].data_url",
    "domains[].transformations[].axes",
    "domains[].transformations[].inputs",
    "domains[].transformations[].inputs[].output_from",
    "domains[].transformations[].outputs",
  ].map((key) => [key, "empty-at-run"] as const),
]);

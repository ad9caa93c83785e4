// What the platform and its own checker read differently from this language. Facts; the words stand in the rule.
import type { Span } from "../base/source.ts";
import type { BoundCall, BoundModel, BoundValue, Reference } from "../bind/bound.ts";
import { UNIVERSAL_NAME } from "../bind/runtime.ts";
import { referencesIn } from "../bind/value.ts";
import type { TypedGraph } from "../infer/typed.ts";
import type { ParsedDefinition } from "../parse/parse.ts";
import { entryOf, type Path, type ScalarNode, spanOf, type YamlNode } from "../parse/tree.ts";
import { expressionSpan } from "./places.ts";

export type PortabilityKind =
  | "angles"
  | "suffix"
  | "path-spelling"
  | "escape"
  | "double-dollar"
  | "dollar-value"
  | "text-around"
  | "inside-collection"
  | "sibling"
  | "not-an-input"
  | "environment-in-runtime"
  | "universal-first"
  | "universal-beside"
  | "upload-of-address"
  | "empty-section"
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
    if (isData && place.kind === "remote" && !hasUpload(graph, dataset, leaf.node)) {
      yield { kind: "upload-of-address", span: spanOf(leaf.node), path: leaf.path };
    }
    if (leaf.path?.key === "file") yield { kind: "domain-file", span: spanOf(leaf.node), path: leaf.path };
  }
  for (const definition of graph.bound.files) yield* ofText(definition);
}

function hasUpload({ bound }: TypedGraph, path: Path | undefined, node: ScalarNode): boolean {
  const file = bound.files.find(({ source }) => source === node.source);
  const item = file?.root?.fields.datasets?.items.find((dataset) => dataset?.path === path);
  return item?.written.has("upload") ?? true;
}

function* ofEntry(model: BoundModel): Generator<Portability> {
  const { entry, runtime, name, isUniversal } = model;
  for (const key of ["repository", "files"]) {
    const written = entryOf(entry.node, key);
    if (written !== undefined && isEmpty(written.value)) {
      yield { kind: "empty-section", span: spanOf(written.key), path: { parent: entry.path, key } };
    }
  }
  if ("from" in runtime && name !== undefined) {
    const { from, definition } = runtime;
    if (runtime.kind === "universal" && definition === model.definition) {
      yield { kind: "universal-beside", span: spanOf(name.leaf.node), path: name.leaf.path };
    }
    const first = definition.root?.fields.models?.items.find((item) => item?.fields.name?.node.text === UNIVERSAL_NAME);
    const universal = first?.fields.name;
    if (runtime.kind === "exact" && universal !== undefined && universal.node.start < from.node.start) {
      yield { kind: "universal-first", span: spanOf(universal.node), path: universal.path };
    }
  }
  const inputs = new Set<Reference>();
  if (runtime.kind === "own") {
    const { node, path } = runtime.runtime.section;
    const batch = entryOf(node, "batch");
    if (batch?.value.kind === "scalar" && isEmpty(batch.value)) {
      yield { kind: "empty-section", span: spanOf(batch.key), path: { parent: path, key: "batch" } };
    }
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
        waiting.push({ node: value, path: { parent: path, key: key.text }, inRuntime: isRuntime });
      }
    } else if (node.kind === "scalar" && node.template !== undefined) yield* ofScalar(node, path, inRuntime);
    else if (node.kind === "scalar" && DOUBLE.test(node.text))
      yield { kind: "double-dollar", span: spanOf(node), path };
  }
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

/** Nothing behind the colon, or a map without keys. */
function isEmpty(node: YamlNode): boolean {
  return node.kind === "map" ? node.entries.length === 0 : node.kind === "scalar" && node.value === null;
}

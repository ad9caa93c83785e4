// What the platform and its own checker read differently from this language. Facts; the words are in `portable-words.ts`.
import { isFreeKey } from "../../../grammar/keys.ts";
import { baseName } from "../../base/path.ts";
import { readAsPyYaml } from "../../base/pyyaml.ts";
import { remember } from "../../base/remember.ts";
import type { BoundCall, BoundModel, BoundValue, Reference } from "../../bind/bound.ts";
import { RUNTIME_FILE, UNIVERSAL_NAME } from "../../bind/runtime.ts";
import { referencesIn } from "../../bind/value.ts";
import type { TypedGraph } from "../../infer/typed.ts";
import type { ParsedDefinition } from "../../parse/parse.ts";
import { entryOf, type Path, printKeyPath, type ScalarNode, spanOf, type YamlNode } from "../../parse/tree.ts";
import { expressionSpan, writtenReferences } from "../facts/places.ts";
import { portableData } from "./data.ts";
import type { Portability, PortabilityKind } from "./kinds.ts";
import { portableText } from "./text.ts";
import { portableValues } from "./values.ts";

/** Every place in the files that the platform reads differently. */
export function* portabilityOf(graph: TypedGraph): Generator<Portability> {
  for (const model of graph.models) yield* ofEntry(model.bound);
  yield* portableData(graph);
  const { variable } = graph.machine;
  const braced = new Set<string>();
  for (const { expression } of writtenReferences(graph)) {
    const { path, spelling, default: whenUnset, required } = expression;
    const isPlain = spelling === "braces" && whenUnset === undefined && required === undefined;
    if (path.length === 1 && isPlain) braced.add(path[0].value);
  }
  for (const definition of graph.bound.files) {
    yield* portableText(definition, braced, variable);
    yield* ofText(definition);
    yield* portableValues(definition, variable);
  }
}

function* ofEntry(model: BoundModel): Generator<Portability> {
  const { entry, runtime, name, isUniversal } = model;
  const repository = entryOf(entry.node, "repository");
  if (repository?.value.kind === "map" && repository.value.entries.length === 0)
    yield { kind: "empty-at-check", span: spanOf(repository.key), path: { parent: entry.path, key: "repository" } };
  if ("from" in runtime && name !== undefined) {
    const { from, definition } = runtime;
    // The SDK takes the first entry that fits, which is the model itself unless the universal one is before it.
    // A key without a value counts as a runtime there, but only in a file of this name.
    const empty = entryOf(entry.node, "runtime");
    if (empty !== undefined && baseName(model.definition.source.path) === RUNTIME_FILE)
      yield { kind: "empty-at-run", span: spanOf(empty.key), path: { parent: entry.path, key: "runtime" } };
    const isFirst = from.node.start > entry.node.start && empty === undefined;
    if (runtime.kind === "universal" && definition === model.definition && isFirst) {
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
    const { meaning, isInherited } = reference;
    if (isInherited || inputs.has(reference) || meaning.kind === "environment") continue;
    const isOwnName = isUniversal && reference.scalar === name?.leaf.node;
    if (!isOwnName && isRuntimeName(reference)) yield at("not-an-input", reference);
  }
}

/** The names of the universal entries of a file. */
const universalNames = remember(({ root }: ParsedDefinition) => {
  const names = (root?.fields.models?.items ?? []).flatMap((item) => item?.fields.name ?? []);
  return names.filter(({ node }) => node.text === UNIVERSAL_NAME || node.text === "$model.name");
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
  return /^(?:model-name|device|file|required-file|input|load-output|datapoints|image)$/.test(kind);
}

/** What the spelling of expressions alone tells, in every value of a file. */
function* ofText({ root }: ParsedDefinition): Generator<Portability> {
  if (root === undefined) return;
  interface Waiting {
    readonly node: YamlNode;
    readonly path: Path | undefined;
    readonly inRuntime: boolean;
    /** Below a key that begins with `x-`, where `ambiguous-scalar` says nothing. */
    readonly isExtra: boolean;
  }
  const waiting: Waiting[] = [{ node: root.node, path: undefined, inRuntime: false, isExtra: false }];
  const seen = new Set<YamlNode>();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, path, inRuntime, isExtra } = next;
    // An alias is read where its anchor stands.
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.kind === "list") {
      for (const [key, item] of node.items.entries())
        waiting.push({ node: item, path: { parent: path, key }, inRuntime, isExtra });
    } else if (node.kind === "map") {
      for (const { key, value } of node.entries) {
        const isRuntime = inRuntime || (key.text === "runtime" && path?.parent?.key === "models");
        const at: Path = { parent: path, key: key.text };
        const isBelowExtra = isExtra || (path === undefined && isFreeKey(key.text));
        waiting.push({ node: value, path: at, inRuntime: isRuntime, isExtra: isBelowExtra });
        if (isExtra && key.text !== "=" && isUnreadable(key))
          yield { kind: "unreadable-scalar", span: spanOf(key), path: at };
        const isNothing = value.kind === "scalar" && value.value === null && value.style === "plain";
        const kind = isNothing ? STOPS_AT_NOTHING.get(patternOf(at)) : undefined;
        if (kind !== undefined) yield { kind, span: spanOf(key), path: at };
      }
    } else if (node.kind === "scalar" && node.template !== undefined) yield* ofScalar(node, path, inRuntime);
    else if (node.kind === "scalar" && DOUBLE.test(node.text))
      yield { kind: "double-dollar", span: spanOf(node), path };
    else if (isExtra && isUnreadable(node)) yield { kind: "unreadable-scalar", span: spanOf(node), path };
  }
}

/** Whether PyYAML stops at a scalar, such as `=` or a date that does not exist. */
function isUnreadable(node: YamlNode): boolean {
  const isPlain = node.kind === "scalar" && node.style === "plain" && node.tag === undefined;
  return isPlain && node.text !== "" && readAsPyYaml(node.text).kind === "error";
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
    // Only the resolver of inputs reads what is at the start of a text; it skips what follows a name.
    const isInput = part.start === 0 && path?.key === "value" && path.parent?.parent?.key === "inputs" && inRuntime;
    if (isInput && part.default === undefined && part.required === undefined) {
      const [first = ""] = /^\$\{?[.\p{L}\p{N}_]*/u.exec(text) ?? [];
      const isRead =
        part.spelling !== "angles" && !/^\$\{?$/.test(first) && /^[ \t]*\}?$/.test(text.slice(first.length));
      if (!isRead) yield { kind: "input-spelling", span, path };
      if (!isRead || /\s/.test(text)) continue;
    }
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
  return printKeyPath(path).replaceAll(/\[\d+\]/g, "[]");
}

/**
 * The optional keys at which the platform stops when they have no value, and when. Source: `fixtures/empty-values/platform.json`,
 * which `test/tools/platform-empty-values.py` makes by asking the platform's SDK; `test/grammar-readme.test.ts` compares. What stops
 * only in some datasets is in `portable-data.ts`.
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
    "domains[].transformations[].axes",
    "domains[].transformations[].inputs",
    "domains[].transformations[].inputs[].output_from",
    "domains[].transformations[].outputs",
  ].map((key) => [key, "empty-at-run"] as const),
]);

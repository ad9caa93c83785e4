// Takes the bound graph and returns types and verdicts: the type of each value, and whether each path and variable exists.
// Promises: every value has a type, which may be `unknown`; reports nothing and never throws; reads only Python files, and
// those only when a rule asks for the calls of a model.

import { SETTINGS_KEY } from "../../grammar/definition.ts";
import type { Host } from "../base/host.ts";
import { folderOf, isAbsolute, joinPath } from "../base/path.ts";
import { rootFolderOf } from "../base/root.ts";
import { hasScheme } from "../base/schemes.ts";
import type { BoundGraph } from "../bind/bind.ts";
import type { BoundInput, BoundModel, BoundRuntime, BoundValue, Meaning } from "../bind/bound.ts";
import { literalText, plainText, referencesIn } from "../bind/value.ts";
import type { ParsedDefinition } from "../parse/parse.ts";
import type { ScalarNode, YamlNode } from "../parse/tree.ts";
import { entrypointsOf, typedCalls } from "./calls.ts";
import { type FetchedCode, type RemoteCode, remoteCode } from "./locked-code.ts";
import { localPlace, markIgnored, type Place, type PlaceContext, placeContext } from "./place.ts";
import { type PythonCode, pythonCode } from "./python-code.ts";
import type { Type } from "./type.ts";
import type { EnvironmentVerdict, Machine, TypedData, TypedFile, TypedGraph, TypedModel } from "./typed.ts";

/** The environment, if it is to be checked. */
export interface InferOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Code by its key in the lock file: the folder where it was fetched, or its declarations. Then lock files are not read. */
  readonly fetchedCode?: FetchedCode | undefined;
}

/** Infers the type of each value, and a verdict on everything outside of the definitions that they name. */
export function infer(bound: BoundGraph, host: Host, options: InferOptions = {}): TypedGraph {
  const roots = new Set(["."]);
  for (const { source } of bound.requested) roots.add(rootFolderOf(source.path));
  const places: Places = { ...placeContext(host, [...roots]), environment: options.environment };
  const remote = remoteCode(host, options.fetchedCode);
  const python = pythonCode(remote.host, () => models.flatMap(entrypointsOf));
  const models: readonly TypedModel[] = bound.models.map((model) => inferModel(model, places, python, remote));
  const data = bound.files.flatMap((definition) => inferData(definition, places));
  const examples = bound.files.flatMap((definition) => inferExamples(definition, places));
  markIgnored(places);
  const machine: Machine = { kindOf: places.kindOf, variable: variableIn(options.environment) };
  const environment = inferEnvironment(bound, options.environment);
  return { bound, models, data, examples, environment, python, machine, lockOf: remote.lockOf };
}

function variableIn(environment: InferOptions["environment"]): Machine["variable"] {
  if (environment === undefined) return undefined;
  return (name) => (Object.hasOwn(environment, name) ? environment[name] : undefined);
}

/** The context for judging places, with the environment if it is known. */
interface Places extends PlaceContext {
  readonly environment: InferOptions["environment"];
}

function inferModel(bound: BoundModel, places: Places, python: PythonCode, remote: RemoteCode): TypedModel {
  const constantOf = (value: BoundValue | undefined) => constantText(bound, value);
  const files = [...bound.files.values()].map((file): TypedFile => {
    return { bound: file, place: placeOfPath(bound, file.url, places) };
  });
  const types = new Map<BoundInput, Type>();
  const context: TypeContext = { bound, types };
  const runtime = "runtime" in bound.runtime ? bound.runtime.runtime : undefined;
  const load = inputOrder(runtime, "load");
  const predict = inputOrder(runtime, "predict");
  for (const input of [...load, ...predict]) types.set(input, typeOf(context, input.value));
  const code = inferCode(bound, places, remote);
  return {
    bound,
    code,
    calls: once(() => typedCalls({ bound, code, python, constantOf, inputs: [...load, ...predict] })),
    python,
    files,
    load,
    predict,
    typeOf: (value) => typeOf(context, value),
    typeOfMeaning: (meaning) => meaningType(context, meaning),
    constantOf,
  };
}

/** Computes a value on the first call and returns it again on later ones. */
function once<T>(make: () => T): () => T {
  let memo: { readonly value: T } | undefined;
  return () => {
    memo ??= { value: make() };
    return memo.value;
  };
}

function inferCode(model: BoundModel, places: Places, remote: RemoteCode): Place {
  const { repository, definition } = model;
  const { location, url } = repository;
  switch (location.kind) {
    case "remote":
      return { kind: "remote", url: location.url, code: remote.codeOf(model) };
    case "local":
      return localPlace(places, location.folder, rootFolderOf(definition.source.path), "folder");
    case "unknown":
      return placeInEnvironment(definition, url?.node, places, "folder");
  }
}

/** Judges a path with environment variables. The verdict says only whether it exists, because the path is secret. */
function placeInEnvironment(
  { source }: ParsedDefinition,
  node: YamlNode | undefined,
  { environment, host }: Places,
  wanted: "file" | "folder",
): Place {
  const isKnown = environment !== undefined && node?.kind === "scalar";
  const text = isKnown ? textInEnvironment(node, environment) : undefined;
  if (text === undefined || text.trim() === "" || hasScheme(text)) return { kind: "unknown" };
  const path = isAbsolute(text) ? text : joinPath(folderOf(source.path), text);
  const found = host.kindOf(path);
  if (found === "folder" || (found === "file" && wanted === "file")) return { kind: "unknown" };
  const isIgnored = found === undefined && host.ignored([path, `${path}/`]).size > 0;
  return { kind: "unknown", isMissing: !isIgnored };
}

/**
 * A text with variables replaced by their values or defaults; `undefined` if a variable is unset or another expression
 * is in it.
 */
function textInEnvironment(
  { template }: ScalarNode,
  environment: NonNullable<InferOptions["environment"]>,
): string | undefined {
  const parts = template?.parts.map((part) => {
    if (part.kind === "text") return part.value;
    if (part.kind !== "expression" || part.path.length > 1 || part.path[0].value === "datapoints") return undefined;
    const name = part.path[0].value;
    const set = Object.hasOwn(environment, name) ? environment[name] : undefined;
    return set === undefined || set === "" ? part.default?.value : set;
  });
  return parts === undefined || parts.includes(undefined) ? undefined : parts.join("");
}

/** The place of a file: a URL, a path relative to the definition, or unknown without the environment. */
function placeOfPath(model: BoundModel, value: BoundValue | undefined, places: Places): Place {
  const url = constantText(model, value);
  const [first] = value?.kind === "template" ? value.parts : [];
  const beginning = url ?? (typeof first === "string" ? first : "");
  if (hasScheme(beginning)) return { kind: "remote", url: beginning };
  if (url === undefined) return placeInEnvironment(model.definition, value?.node, places, "file");
  return localPlaceOf(model.definition, url, places, "file");
}

function localPlaceOf(
  { source }: ParsedDefinition,
  url: string | undefined,
  places: Places,
  wanted: "file" | "folder",
): Place {
  if (url === undefined || url.trim() === "") return { kind: "unknown" };
  const path = isAbsolute(url) ? url : joinPath(folderOf(source.path), url);
  return localPlace(places, path, rootFolderOf(source.path), wanted);
}

function inferData(definition: ParsedDefinition, places: Places): readonly TypedData[] {
  const { datasets, domains } = definition.root?.fields ?? {};
  const leaves = [
    ...(datasets?.items ?? []).flatMap((dataset) => {
      const { upload, data_url, annotations_url } = dataset?.fields ?? {};
      return upload?.node.value === false ? [] : [data_url, annotations_url];
    }),
    ...(domains?.items ?? []).map((domain) => (domain && "file" in domain.fields ? domain.fields.file : undefined)),
  ];
  return leaves.flatMap((leaf) => {
    if (leaf === undefined) return [];
    const url = plainText(leaf.node);
    const isRemote = hasScheme(url ?? leaf.node.text);
    if (url === undefined && !isRemote)
      return [{ leaf, place: placeInEnvironment(definition, leaf.node, places, "file") }];
    return [
      {
        leaf,
        place: isRemote ? { kind: "remote", url: leaf.node.text } : localPlaceOf(definition, url, places, "file"),
      },
    ];
  });
}

function inferExamples(definition: ParsedDefinition, places: Places): readonly TypedData[] {
  const { [SETTINGS_KEY]: settings, models } = definition.root?.fields ?? {};
  const all = [settings, ...(models?.items ?? []).map((model) => model?.fields[SETTINGS_KEY])];
  return all.flatMap((each) => {
    const leaf = each?.fields.examples;
    return leaf === undefined ? [] : [{ leaf, place: localPlaceOf(definition, leaf.node.text, places, "folder") }];
  });
}

interface TypeContext {
  readonly bound: BoundModel;
  readonly types: ReadonlyMap<BoundInput, Type>;
}

function typeOf(context: TypeContext, value: BoundValue | undefined): Type {
  switch (value?.kind) {
    case "literal":
      return { kind: literalType(value.node.value) };
    case "list":
      return { kind: "list", items: value.items.map((item) => typeOf(context, item)) };
    case "map":
      return { kind: "map", entries: value.entries.map(([key, entry]) => [key, typeOf(context, entry)] as const) };
    case "template": {
      const types = value.parts.map((part) =>
        typeof part === "string" ? undefined : meaningType(context, part.meaning),
      );
      return { kind: types.some((type) => type?.kind === "secret") ? "secret" : "text" };
    }
    case "reference":
      return meaningType(context, value.reference.meaning);
    case "hole":
    case undefined:
      return { kind: "unknown" };
  }
}

function literalType(value: string | number | boolean | null): "text" | "number" | "boolean" | "null" {
  if (value === null) return "null";
  return typeof value === "string" ? "text" : typeof value === "number" ? "number" : "boolean";
}

/** The type of the target of an expression. */
function meaningType(context: TypeContext, meaning: Meaning): Type {
  const { bound, types } = context;
  switch (meaning.kind) {
    case "environment":
      return { kind: "secret" };
    case "model-name": {
      const isSecret = referencesIn(bound.name?.value).some((part) => part.meaning.kind === "environment");
      return { kind: isSecret ? "secret" : "text" };
    }
    case "device":
      return { kind: "device" };
    case "load-output":
      return { kind: "handle" };
    case "datapoints":
    case "image":
      return { kind: "datapoints" };
    case "required-file":
    case "file":
      return { kind: "path" };
    case "input": {
      const runtime = "runtime" in bound.runtime ? bound.runtime.runtime : undefined;
      const input = runtime?.[meaning.of]?.inputs.get(meaning.name);
      return (input && types.get(input)) ?? { kind: "unknown" };
    }
    case "undefined":
    case "wrong-phase":
    case "incomplete":
    case "late":
    case "unknown":
      return { kind: "unknown" };
  }
}

/** The inputs of a call in the order of the text, but each after those that it refers to (Kahn's algorithm). */
function inputOrder(runtime: BoundRuntime | undefined, of: "load" | "predict"): readonly BoundInput[] {
  const inputs = runtime?.[of]?.inputs;
  if (inputs === undefined) return [];
  const waiting = new Map<string, number>();
  const dependents = new Map<string, string[]>();
  for (const [name, { value }] of inputs) {
    const needs = new Set<string>();
    for (const { meaning } of referencesIn(value)) {
      if (meaning.kind === "input" && meaning.of === of && inputs.has(meaning.name)) needs.add(meaning.name);
    }
    waiting.set(name, needs.size);
    for (const need of needs) {
      const others = dependents.get(need);
      if (others === undefined) dependents.set(need, [name]);
      else others.push(name);
    }
  }
  const ordered: BoundInput[] = [];
  let ready = [...inputs.keys()].filter((name) => waiting.get(name) === 0);
  while (ready.length > 0) {
    const next: string[] = [];
    for (const name of ready) {
      const input = inputs.get(name);
      if (input !== undefined) ordered.push(input);
      for (const dependent of dependents.get(name) ?? []) {
        const left = (waiting.get(dependent) ?? 0) - 1;
        waiting.set(dependent, left);
        if (left === 0) next.push(dependent);
      }
    }
    ready = next;
  }
  return ordered;
}

/**
 * The text of a value that is known without the environment and without a run: literals and the model's own literal
 * name.
 */
function constantText(model: BoundModel, value: BoundValue | undefined): string | undefined {
  if (value?.kind === "literal") return value.node.text;
  if (value?.kind !== "template" && value?.kind !== "reference") return undefined;
  const parts = value.kind === "template" ? value.parts : [value.reference];
  let text = "";
  for (const part of parts) {
    if (typeof part === "string") text += part;
    else if (part.meaning.kind === "model-name" && !model.isUniversal && literalText(model.name?.value) !== undefined) {
      text += literalText(model.name?.value);
    } else return undefined;
  }
  return text;
}

function inferEnvironment(bound: BoundGraph, environment: InferOptions["environment"]): EnvironmentVerdict {
  if (environment === undefined) return { kind: "unknown" };
  const unset = new Set<string>();
  const empty = new Set<string>();
  for (const { meaning } of [...bound.references, ...bound.models.flatMap(({ references }) => references)]) {
    if (meaning.kind !== "environment") continue;
    const value = Object.hasOwn(environment, meaning.name) ? environment[meaning.name] : undefined;
    if (value === undefined) unset.add(meaning.name);
    else if (value === "") empty.add(meaning.name);
  }
  return { kind: "known", unset, empty };
}

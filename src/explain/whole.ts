// A whole value: a name and where it is used, an entry point, a URL, or any other value of a key.
import { describeKey, describeWord } from "../../grammar/keys.ts";
import { quote } from "../base/quote.ts";
import type { Span } from "../base/source.ts";
import type { BoundValue, Meaning, Reference } from "../bind/bound.ts";
import { spelledText } from "../bind/late-name.ts";
import type { TypedModel } from "../infer/typed.ts";
import type { ParsedDefinition } from "../parse/parse.ts";
import { spanInScalar } from "../parse/source-map.ts";
import { entryOf, keysOf, type Path, spanOf, type YamlNode } from "../parse/tree.ts";
import {
  deeper,
  note,
  notePlace,
  runtimeOf,
  type Trace,
  traceEntrypoint,
  traceReference,
  traceValue,
} from "./trace.ts";

/** Explains a value by its path. */
export function traceWhole(
  start: Trace,
  definition: ParsedDefinition,
  node: YamlNode,
  path: Path | undefined,
): undefined {
  const keys = keysOf(path);
  const model = keys[0] === "models" ? modelAt(start, definition, keys[1]) : undefined;
  const trace = { ...start, model };
  if (model === undefined) return outside(trace, definition, node, keys);
  const role = keys
    .slice(2)
    .map((key) => (typeof key === "number" ? "[]" : key))
    .join(".");
  const value = boundValueOf(model, node);
  switch (role) {
    case "name":
      return nameOfModel(trace, definition, model, node);
    case "files.[].name": {
      const file = model.files.find(({ bound }) => bound.leaf.node === node);
      if (file === undefined) break;
      declared(trace, node, `The file ${quote(file.bound.name)} of this model.`);
      uses(trace, ({ kind, name }) => kind === "file" && name === file.bound.name, true);
      traceValue(deeper(trace), file.bound.url, "Its URL");
      return notePlace(deeper(deeper(trace)), file.place);
    }
    case "files.[].url": {
      const file = model.files.find(({ bound }) => bound.url?.node === node);
      if (file === undefined) break;
      traceValue(trace, file.bound.url, `The URL of the file ${quote(file.bound.name)}`);
      return notePlace(deeper(trace), file.place);
    }
    case "repository.url":
      traceValue(trace, model.bound.repository.url, "The URL of the code");
      return notePlace(deeper(trace), model.code);
    case "runtime.load.entrypoint":
    case "runtime.predict.entrypoint":
      if (value === undefined) break;
      return traceEntrypoint(trace, value);
    case "runtime.load.output.name": {
      const output = runtimeOf(model)?.load?.output;
      if (output?.leaf.node !== node) break;
      declared(trace, node, `The output of ${quote("load")}, to which ${quote("predict")} refers.`);
      return uses(trace, ({ kind, name }) => kind === "load-output" && name === output.name, true);
    }
    case "runtime.load.inputs.[].name":
    case "runtime.predict.inputs.[].name":
      if (inputName(trace, model, node, keys[3] === "load" ? "load" : "predict")) return;
      break;
    default:
  }
  const input = nameOfInput(model, definition, keys);
  if (value !== undefined && input !== undefined && keys.at(-1) === "value")
    return traceValue(trace, value, `The value of the input ${quote(input)}`);
  if (value !== undefined) {
    const isKnown = meaning(trace, keys, node);
    return traceValue(
      isKnown ? deeper(trace) : trace,
      value,
      input === undefined ? "It" : `This part of the input ${quote(input)}`,
    );
  }
  plain(trace, keys, node, []);
}

function nameOfModel(trace: Trace, definition: ParsedDefinition, model: TypedModel, node: YamlNode): undefined {
  const { isUniversal, runtime, name } = model.bound;
  declared(
    trace,
    node,
    isUniversal ? "The entry for every model without a runtime of its own." : "The name of this model.",
  );
  uses(trace, ({ kind }) => kind === "model-name", false, name?.leaf.node);
  named(trace, definition, "model", name?.text);
  for (const other of trace.graph.models) {
    const used = other.bound.runtime;
    if (!("from" in used) || used.from !== model.bound.entry || other.bound.name === undefined) continue;
    const span = spanOf(other.bound.name.leaf.node);
    note(deeper(trace), { text: `The model ${quote(other.bound.name.text)} uses its runtime.`, verdict: "ok", span });
  }
  if ("from" in runtime) {
    const leaf = runtime.from.fields.name;
    const what = runtime.kind === "exact" ? "the entry of the same name" : "the universal entry";
    note(deeper(trace), {
      text: `It uses the runtime of ${what} in ${quote(runtime.definition.source.path)}.`,
      verdict: "ok",
      ...(leaf === undefined ? {} : { span: spanOf(leaf.node) }),
    });
  } else if (runtime.kind === "missing") {
    note(deeper(trace), { text: `It has no runtime, and ${quote(runtime.path)} has none for it.`, verdict: "missing" });
  } else if (runtime.kind === "unverified") {
    note(deeper(trace), { text: "Its runtime is not on this machine.", verdict: "unverified" });
  }
}

function inputName(trace: Trace, model: TypedModel, node: YamlNode, of: "load" | "predict"): boolean {
  const inputs = runtimeOf(model)?.[of]?.inputs.values() ?? [];
  const input = [...inputs].find(({ leaf }) => leaf.node === node);
  if (input === undefined) return false;
  declared(trace, node, `The input ${quote(input.name)} of ${quote(of)}: a parameter of its Python function.`);
  uses(trace, (meant) => meant.kind === "input" && meant.of === of && meant.name === input.name, false);
  const open = new Set([...trace.open, `${of}/${input.name}`]);
  traceValue(deeper(trace, open), input.value, "Its value");
  return true;
}

/** Names of datasets, domains and tests, and any other value outside models. */
function outside(
  trace: Trace,
  definition: ParsedDefinition,
  node: YamlNode,
  keys: readonly (string | number)[],
): undefined {
  const references = trace.graph.bound.references.filter(({ scalar }) => scalar === node);
  plain(trace, keys, node, references);
  const [section, , key] = keys;
  const text = node.kind === "scalar" ? node.text : undefined;
  if (keys.length !== 3 || text === undefined) return;
  const what = SECTIONS.find(([name]) => name === section)?.[1];
  if (key === "name" && what !== undefined) named(trace, definition, what, text);
  const target = SECTIONS.find(([, name]) => name === key);
  if ((section !== "tests" && section !== "baselines") || target === undefined) return;
  const entry = entriesOf(definition, target[0]).find((each) => each.name === text);
  note(deeper(trace), {
    text: entry === undefined ? `This file has no ${key} of that name.` : `The ${key} ${quote(text)}.`,
    verdict: entry === undefined ? "unverified" : "ok",
    ...(entry === undefined ? {} : { span: entry.span }),
  });
}

const SECTIONS = [
  ["models", "model"],
  ["datasets", "dataset"],
  ["domains", "domain"],
] as const;

/** A value about which only its key and its text are known. */
function plain(
  trace: Trace,
  keys: readonly (string | number)[],
  node: YamlNode,
  references: readonly Reference[],
): undefined {
  const isKnown = meaning(trace, keys, node);
  const next = isKnown ? deeper(trace) : trace;
  if (node.kind === "scalar" && references.length === 0) {
    const type =
      node.value === null
        ? "null"
        : typeof node.value === "string"
          ? "text"
          : typeof node.value === "number"
            ? "number"
            : "boolean";
    note(next, { text: "It is defined here.", verdict: "ok", type, span: spanOf(node) });
  }
  for (const reference of references) traceReference(next, reference);
}

/** The meaning of the key of a value, if the format has the key. */
function meaning(trace: Trace, keys: readonly (string | number)[], node: YamlNode): boolean {
  const last = keys.findLastIndex((key) => typeof key === "string");
  const found = describeKey(keys.slice(0, last + 1));
  if (found === undefined) return false;
  note(trace, { text: `${quote(found.name)}: ${found.description}`, verdict: "ok", span: spanOf(node) });
  const word = node.kind === "scalar" ? describeWord(keys, node.text) : undefined;
  if (word !== undefined && node.kind === "scalar")
    note(deeper(trace), { text: `${quote(node.text)}: ${word}`, verdict: "ok" });
  return true;
}

function declared(trace: Trace, node: YamlNode, text: string): undefined {
  note(trace, { text, verdict: "ok", span: spanOf(node) });
}

type Named = Meaning & { readonly name?: string };

/** Every expression that refers to this, in the order of the text. `isNeeded` says whether it matters if there is none. */
function uses(trace: Trace, isMeant: (meaning: Named) => boolean, isNeeded: boolean, except?: YamlNode): undefined {
  const spans: Span[] = [];
  for (const { expression, meaning: found, scalar } of trace.model?.bound.references ?? []) {
    if (isMeant(found) && scalar !== except) spans.push(spanInScalar(scalar, expression.start, expression.end));
  }
  for (const span of spans) note(deeper(trace), { text: "It is used here.", verdict: "ok", span });
  if (spans.length === 0 && isNeeded) note(deeper(trace), { text: "It is not used.", verdict: "ok" });
}

/** The tests and baselines that refer to something by name. */
function named(
  trace: Trace,
  { root }: ParsedDefinition,
  what: "model" | "dataset" | "domain",
  name: string | undefined,
): undefined {
  for (const list of [root?.fields.tests, root?.fields.baselines]) {
    for (const item of list?.items ?? []) {
      const leaf = item && (what in item.fields ? item.fields[what as "model"] : undefined);
      if (leaf !== undefined && leaf.node.text === name)
        note(deeper(trace), { text: "It is referenced here.", verdict: "ok", span: spanOf(leaf.node) });
    }
  }
}

function entriesOf({ root }: ParsedDefinition, section: "models" | "datasets" | "domains") {
  const list = root?.fields[section]?.node;
  const items = list?.kind === "list" ? list.items : [];
  return items.flatMap((item) => {
    const name = item.kind === "map" ? entryOf(item, "name")?.value : undefined;
    return name?.kind === "scalar" ? [{ name: name.text, span: spanOf(name) }] : [];
  });
}

function modelAt(
  { graph }: Trace,
  { root }: ParsedDefinition,
  index: string | number | undefined,
): TypedModel | undefined {
  const entry = typeof index === "number" ? root?.fields.models?.items[index] : undefined;
  return graph.models.find(({ bound }) => entry !== undefined && bound.entry === entry);
}

/** The input whose value contains a place. */
function nameOfInput(
  model: TypedModel,
  { root }: ParsedDefinition,
  keys: readonly (string | number)[],
): string | undefined {
  if (keys[2] !== "runtime" || keys[4] !== "inputs" || keys[6] !== "value") return undefined;
  const runtime = typeof keys[1] === "number" ? root?.fields.models?.items[keys[1]]?.fields.runtime : undefined;
  const call = keys[3] === "load" ? runtime?.fields.load : runtime?.fields.predict;
  const item = typeof keys[5] === "number" ? call?.fields.inputs?.items[keys[5]] : undefined;
  return model.bound.runtime.kind === "own" ? item?.fields.name && spelledText(item.fields.name.node) : undefined;
}

/** The linked value of a node of a model's own entry. */
function boundValueOf({ bound }: TypedModel, node: YamlNode): BoundValue | undefined {
  for (const { value, isInherited } of bound.values) {
    const found = isInherited ? undefined : within(value, node);
    if (found !== undefined) return found;
  }
  return undefined;
}

function within(value: BoundValue, node: YamlNode): BoundValue | undefined {
  if (value.node === node) return value;
  const parts =
    value.kind === "list" ? value.items : value.kind === "map" ? value.entries.map(([, entry]) => entry) : [];
  for (const part of parts) {
    const found = within(part, node);
    if (found !== undefined) return found;
  }
  return undefined;
}

// Takes typed graphs and returns every place where a name is declared or used. Places with the same meaning belong to one symbol,
// such as a file of several models that share a runtime, or a Python function and the entry points that name it.
import { isLockedPath } from "../base/lock-file.ts";
import { remember } from "../base/remember.ts";
import type { Span } from "../base/source.ts";
import type { BoundCall, BoundTitle, Reference } from "../bind/bound.ts";
import { plainText } from "../bind/value.ts";
import { callsOf } from "../check/facts/calls.ts";
import { expressionSpan, segmentSpan } from "../check/facts/places.ts";
import type { TypedGraph, TypedModel } from "../infer/typed.ts";
import type { ParsedDefinition } from "../parse/parse.ts";
import type { Leaf } from "../parse/shaped.ts";
import { type ScalarNode, spanOf } from "../parse/tree.ts";

export type SymbolKind =
  | "model"
  | "file"
  | "input"
  | "output"
  | "dataset"
  | "domain"
  | "transformation"
  | "variable"
  | "function"
  | "parameter";

/** One place where a name is written. */
export interface Occurrence {
  readonly kind: SymbolKind;
  readonly name: string;
  /** `indirect`: the place means the symbol without its name, such as `${model.name}`. `python`: its declaration in code. */
  readonly role: "declaration" | "use" | "indirect" | "python";
  /** The name itself. */
  readonly span: Span;
  /** Where the editor may ask for it: the whole expression. */
  readonly around: Span;
  /** The scalar that contains the name, and the offsets of the name in its decoded text; absent in Python. */
  readonly scalar: { readonly node: ScalarNode; readonly from: number; readonly to: number } | undefined;
}

/** The symbols of some graphs. */
export interface SymbolTable {
  /** The smallest place at an offset of a file. */
  readonly at: (path: string, offset: number) => Occurrence | undefined;
  /** All places of a symbol, in the order of files and text. */
  readonly placesOf: (occurrence: Occurrence) => readonly Occurrence[];
}

interface Entry {
  readonly occurrence: Occurrence;
  /** The ids of the symbols that the place means; several for a place in a runtime that models share. */
  readonly ids: Set<string>;
}

/** Collects the symbols of graphs whose paths are relative to the same folder. */
export function symbolTable(graphs: readonly TypedGraph[]): SymbolTable {
  const [only, ...others] = graphs;
  return only !== undefined && others.length === 0 ? tableOfOne(only) : tableOf(graphs);
}

/** Computed once per graph, because editors ask whenever the cursor moves. */
const tableOfOne = remember((graph: TypedGraph): SymbolTable => tableOf([graph]));

function tableOf(graphs: readonly TypedGraph[]): SymbolTable {
  const entries = new Map<string, Entry>();
  const same = new Groups();
  for (const graph of graphs) {
    for (const { occurrence, ids } of entriesOf(graph)) {
      const { span, kind, role } = occurrence;
      const place = `${span.source.path}\0${span.start}\0${kind}\0${role === "python"}`;
      const known = entries.get(place) ?? { occurrence, ids: new Set() };
      entries.set(place, known);
      for (const id of ids) known.ids.add(id);
      // Renaming one of these symbols also renames the others.
      if (role !== "indirect") same.join([...known.ids]);
    }
  }
  const byPath = new Map<string, Occurrence[]>();
  const byGroup = new Map<string, Occurrence[]>();
  const groups = new Map<Occurrence, readonly string[]>();
  const sorted = [...entries.values()].sort((a, b) => bySpan(a.occurrence.span, b.occurrence.span));
  for (const { occurrence, ids } of sorted) {
    const own = [...new Set([...ids].map((id) => same.of(id)))];
    groups.set(occurrence, own);
    for (const group of own) add(byGroup, group, occurrence);
    add(byPath, occurrence.span.source.path, occurrence);
  }
  return {
    at: (path, offset) => {
      const touched = (byPath.get(path) ?? []).filter(({ around }) => around.start <= offset && offset <= around.end);
      return touched.sort((a, b) => sizeOf(a.around) - sizeOf(b.around))[0];
    },
    placesOf: (occurrence) => {
      const [first = "", ...others] = groups.get(occurrence) ?? [];
      const own = byGroup.get(first) ?? [];
      if (others.length === 0) return own;
      const found = new Set([...own, ...others.flatMap((group) => byGroup.get(group) ?? [])]);
      return [...found].sort((a, b) => bySpan(a.span, b.span));
    },
  };
}

function add<V>(lists: Map<string, V[]>, key: string, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function bySpan(a: Span, b: Span): number {
  const [left, right] = [a.source.path, b.source.path];
  return left < right ? -1 : left > right ? 1 : a.start - b.start;
}

function sizeOf({ start, end }: Span): number {
  return end - start;
}

/** Sets of ids that are joined step by step. */
class Groups {
  readonly #parents = new Map<string, string>();

  of(id: string): string {
    let root = id;
    for (let next = this.#parents.get(root); next !== undefined; next = this.#parents.get(root)) root = next;
    // Path compression: later lookups take fewer steps.
    for (let at = id; at !== root; ) {
      const next = this.#parents.get(at) ?? root;
      this.#parents.set(at, root);
      at = next;
    }
    return root;
  }

  join([first, ...others]: readonly string[]): void {
    if (first === undefined) return;
    for (const other of others) {
      const [a, b] = [this.of(first), this.of(other)];
      if (a !== b) this.#parents.set(b, a);
    }
  }
}

const entriesOf = remember((graph: TypedGraph): readonly Entry[] => {
  const entries: Entry[] = [];
  const add = (occurrence: Omit<Occurrence, "around"> & { readonly around?: Span }, ...ids: string[]): undefined => {
    entries.push({ occurrence: { around: occurrence.span, ...occurrence }, ids: new Set(ids) });
  };
  for (const model of graph.models) addModel(model, add);
  for (const reference of graph.bound.references) addReference(undefined, reference, add);
  for (const definition of graph.bound.files) addNames(definition, add);
  for (const domain of graph.bound.domains) {
    const idOf = (leaf: Leaf<ScalarNode>) => idAt("transformation", spanOf(leaf.node));
    for (const { leaf, name } of domain.transformations.values())
      add(named("transformation", "declaration", leaf, name), idOf(leaf));
    for (const { leaf, from, to, saidBy } of domain.links) {
      const name = saidBy === "output_from" ? from.transformation : to.transformation;
      const target = domain.transformations.get(name);
      if (target !== undefined) add(named("transformation", "use", leaf, name), idOf(target.leaf));
    }
  }
  addCode(graph, add);
  return entries;
});

type Add = (occurrence: Omit<Occurrence, "around"> & { readonly around?: Span }, ...ids: string[]) => undefined;

/** The id of a symbol that is declared at a place. */
function idAt(kind: SymbolKind, { source, start }: Span): string {
  return `${kind}\0${source.path}\0${start}`;
}

/** A name that is the whole text of a scalar. */
function named(
  kind: SymbolKind,
  role: Occurrence["role"],
  { node }: Leaf<ScalarNode>,
  name: string,
): Omit<Occurrence, "around"> {
  return { kind, role, name, span: spanOf(node), scalar: { node, from: 0, to: node.text.length } };
}

function addModel(model: TypedModel, add: Add): void {
  const { bound } = model;
  if (bound.name !== undefined && !bound.isUniversal) {
    const id = idAt("model", spanOf(bound.name.leaf.node));
    const lender = bound.runtime.kind === "exact" ? bound.runtime.from.fields.name : undefined;
    // The entry that provides its runtime has the same name.
    add(
      named("model", "declaration", bound.name.leaf, bound.name.text),
      id,
      ...(lender === undefined ? [] : [idAt("model", spanOf(lender.node))]),
    );
  }
  for (const { name, leaf } of bound.files.values())
    add(named("file", "declaration", leaf, name), idAt("file", spanOf(leaf.node)));
  for (const call of callsIn(model)) {
    for (const { name, leaf } of call.inputs.values())
      add(named("input", "declaration", leaf, name), idAt("input", spanOf(leaf.node)));
    if (call.output !== undefined && call.phase === "load")
      add(
        named("output", "declaration", call.output.leaf, call.output.name),
        idAt("output", spanOf(call.output.leaf.node)),
      );
  }
  for (const reference of bound.references) addReference(model, reference, add);
}

function callsIn({ bound: { runtime } }: TypedModel): readonly BoundCall[] {
  if (!("runtime" in runtime)) return [];
  const { load, predict } = runtime.runtime;
  return [load, predict].filter((call) => call !== undefined);
}

function addReference(model: TypedModel | undefined, reference: Reference, add: Add): undefined {
  const { meaning, expression, scalar } = reference;
  const around = expressionSpan(reference);
  const use = (kind: SymbolKind, name: string, segment: number, declared: BoundTitle | undefined, otherId?: string) => {
    const part = expression.path[segment];
    const id = declared === undefined ? otherId : idAt(kind, spanOf(declared.leaf.node));
    if (part === undefined || id === undefined) return undefined;
    const place = { node: scalar, from: part.start, to: part.end };
    return add({ kind, role: "use", name, span: segmentSpan(reference, segment), around, scalar: place }, id);
  };
  const runtime = model !== undefined && "runtime" in model.bound.runtime ? model.bound.runtime.runtime : undefined;
  switch (meaning.kind) {
    case "environment":
      return use("variable", meaning.name, 0, undefined, `variable\0${meaning.name}`);
    case "model-name": {
      const leaf = model?.bound.isUniversal === true ? undefined : model?.bound.name?.leaf;
      if (leaf === undefined) return;
      const scalarPlace = { node: scalar, from: expression.start, to: expression.end };
      const name = model?.bound.name?.text ?? "";
      return add(
        { kind: "model", role: "indirect", name, span: around, around, scalar: scalarPlace },
        idAt("model", spanOf(leaf.node)),
      );
    }
    case "file":
      return use("file", meaning.name, 2, model?.bound.files.get(meaning.name));
    case "required-file":
      return use("file", meaning.name, meaning.segment, undefined, `required\0${requiredBy(model)}\0${meaning.name}`);
    case "input":
      return use("input", meaning.name, 4, runtime?.[meaning.of]?.inputs.get(meaning.name));
    case "load-output":
      return use("output", meaning.name, 4, runtime?.load?.output);
    case "device":
    case "datapoints":
    case "image":
    case "wrong-phase":
    case "undefined":
    case "incomplete":
    case "late":
    case "unknown":
      return;
  }
}

/** The place of the runtime that requires a file. */
function requiredBy(model: TypedModel | undefined): string {
  const runtime = model?.bound.runtime;
  if (runtime === undefined || !("runtime" in runtime)) return "";
  const { source, start } = runtime.runtime.section.node;
  return `${source.path}\0${start}`;
}

const SECTIONS = ["model", "dataset", "domain"] as const;

/** The names of datasets and domains, and the references to them in tests and baselines. */
function addNames({ root }: ParsedDefinition, add: Add): void {
  const ids = new Map<string, string>();
  const declare = (kind: (typeof SECTIONS)[number], leaf: Leaf<ScalarNode> | undefined) => {
    const name = leaf && plainText(leaf.node);
    if (leaf === undefined || name === undefined) return;
    const id = idAt(kind, spanOf(leaf.node));
    if (!ids.has(`${kind}\0${name}`)) ids.set(`${kind}\0${name}`, id);
    // Models are declared with their files and runtimes.
    if (kind !== "model") add(named(kind, "declaration", leaf, name), id);
  };
  for (const item of root?.fields.models?.items ?? []) declare("model", item?.fields.name);
  for (const item of root?.fields.datasets?.items ?? []) declare("dataset", item?.fields.name);
  for (const item of root?.fields.domains?.items ?? [])
    declare("domain", item && "name" in item.fields ? item.fields.name : undefined);
  for (const item of [...(root?.fields.tests?.items ?? []), ...(root?.fields.baselines?.items ?? [])]) {
    const fields: Partial<Readonly<Record<string, unknown>>> = item?.fields ?? {};
    for (const kind of SECTIONS) {
      const leaf = fields[kind] as Leaf<ScalarNode> | undefined;
      const name = leaf && plainText(leaf.node);
      const id = name === undefined ? undefined : ids.get(`${kind}\0${name}`);
      if (leaf !== undefined && name !== undefined && id !== undefined) add(named(kind, "use", leaf, name), id);
    }
  }
}

/** The functions of entry points with their parameters. */
function addCode(graph: TypedGraph, add: Add): void {
  for (const { call, functionSpan } of callsOf(graph)) {
    const { resolution, entrypoint, value } = call;
    if (!("signature" in resolution)) continue;
    const { name, parameters } = resolution.signature;
    const id = idAt("function", name.span);
    const { node } = value;
    if (node.kind === "scalar") {
      const scalar = { node, from: node.text.indexOf(":") + 1, to: node.text.length };
      const around = spanOf(node);
      add({ kind: "function", role: "use", name: entrypoint.function, span: functionSpan, around, scalar }, id);
    }
    // Editors cannot open the code in a lock file.
    if (isLockedPath(name.span.source.path)) continue;
    add({ kind: "function", role: "python", name: name.text, span: name.span, scalar: undefined }, id);
    const inputs = new Map([...call.bound.inputs.values()].map((input) => [input.name.normalize("NFKC"), input]));
    for (const parameter of parameters) {
      const input = inputs.get(parameter.name.text);
      if (input === undefined) continue;
      const { span, text } = parameter.name;
      add(
        { kind: "parameter", role: "python", name: text, span, scalar: undefined },
        idAt("input", spanOf(input.leaf.node)),
      );
    }
  }
}

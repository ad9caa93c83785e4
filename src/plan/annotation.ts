// What the annotations of a model's Python say, as plain data. Promises: always ends, of limited size; the same code gives
// the same description; what cannot be known says why.
import type { ClassHeader, PythonModule } from "../python/module.ts";
import { annotationType } from "../python/names.ts";
import type { PythonType } from "../python/python-type.ts";
import type { Part } from "../python/text.ts";
import { canonicalJson } from "./canonical.ts";
import { classFields, type ModelCode } from "./class-fields.ts";
import type { PlanClass, PlanType, UnknownReason } from "./execution-plan.ts";

/** What the annotations of one model have named so far. */
export interface Annotations extends ModelCode {
  readonly names: Map<ClassHeader, string>;
  /** By name, in the order in which they were met. */
  readonly classes: Map<string, PlanClass>;
  /** How many more parts all types of the model may have together. */
  budget: number;
}

/** More than anybody writes; the rest is unknown. */
const BUDGET = 2_000;
const MAX_DEPTH = 16;
const MAX_CLASSES = 100;
const MAX_TEXT = 200;

/** Nothing named yet. */
export function noAnnotations(code: ModelCode): Annotations {
  return { ...code, names: new Map(), classes: new Map(), budget: BUDGET };
}

/** What an annotation says in the module where it is written. */
export function describeAnnotation(annotations: Annotations, annotation: Part, fallback: PythonModule): PlanType {
  const module = annotations.python.moduleAt(annotation.span.source.path) ?? fallback;
  return describe({ annotations, module, depth: 0, aliases: [] }, annotationType(module, annotation));
}

/** The type of one prediction, from the annotation of the list that holds them; `undefined` when it says nothing. */
export function describeItem(annotations: Annotations, returns: Part, module: PythonModule): PlanType | undefined {
  const type = describeAnnotation(annotations, returns, module);
  const items = (type.kind === "union" ? type.members : [type]).flatMap((member) => {
    if (member.kind === "list") return [member.item];
    return member.kind === "tuple" ? [...member.items, ...(member.rest === undefined ? [] : [member.rest])] : [];
  });
  return items.length === 0 ? undefined : unionOf(items);
}

/** One type for several: unions are taken apart, repetitions left out. */
export function unionOf(members: readonly PlanType[]): PlanType {
  const flat = members.flatMap((member) => (member.kind === "union" ? member.members : [member]));
  const unique = [...new Map(flat.map((member) => [canonicalJson(member), member])).values()];
  const [only] = unique;
  return only !== undefined && unique.length === 1 ? only : { kind: "union", members: unique };
}

interface Context {
  readonly annotations: Annotations;
  readonly module: PythonModule;
  readonly depth: number;
  /** The aliases that are being followed. */
  readonly aliases: readonly string[];
}

function describe(context: Context, type: PythonType): PlanType {
  const { annotations } = context;
  if (annotations.budget-- <= 0 || context.depth > MAX_DEPTH) return unknown("large", "");
  const inner = (of: PythonType): PlanType => describe({ ...context, depth: context.depth + 1 }, of);
  switch (type.kind) {
    case "any":
      return unknown("open", "");
    case "none":
      return { kind: "null" };
    case "bool":
      return { kind: "boolean" };
    case "int":
      return { kind: "integer" };
    case "float":
      return { kind: "number" };
    case "str":
      return { kind: "text" };
    case "bytes":
    case "path":
      return { kind: type.kind };
    case "complex":
    case "callable":
      return unknown("internal", type.kind === "complex" ? "complex" : "Callable");
    case "list":
    case "iterable":
      return { kind: "list", item: inner(type.item) };
    case "set":
      return { kind: "set", item: inner(type.item) };
    case "dict":
      return { kind: "map", value: inner(type.value) };
    case "tuple": {
      const items = type.items.map(inner);
      return { kind: "tuple", items, ...(type.rest === undefined ? {} : { rest: inner(type.rest) }) };
    }
    case "union":
      return type.members.length === 0 ? unknown("open", "") : unionOf(type.members.map(inner));
    case "literal":
      annotations.budget -= type.values.length;
      if (annotations.budget < 0) return unknown("large", "");
      return type.values.every((value) => typeof value !== "number" || Number.isFinite(value))
        ? { kind: "literal", values: type.values }
        : unknown("unread", "Literal");
    case "tensor":
      return { kind: "tensor", library: type.library, ...(type.dtype === undefined ? {} : { dtype: type.dtype }) };
    case "reference":
      return describeName(context, type.name);
    case "unknown":
      return unknown("unread", type.text);
  }
}

function describeName(context: Context, name: string): PlanType {
  const { annotations, module } = context;
  const key = `${module.source.path}:${name}`;
  if (context.aliases.includes(key)) return unknown("large", name);
  const meaning = annotations.python.meaningOf(annotations.root, module, name);
  if (meaning.kind === "alias") {
    const aliases = [...context.aliases, key];
    return describe({ ...context, module: meaning.module, aliases }, meaning.type);
  }
  return meaning.kind === "class" ? describeClass(context, meaning.header, meaning.module) : unknown("outside", name);
}

function describeClass(context: Context, header: ClassHeader, module: PythonModule): PlanType {
  const { annotations } = context;
  const known = annotations.names.get(header);
  if (known !== undefined) return { kind: "class", name: known };
  if (annotations.classes.size >= MAX_CLASSES) return unknown("large", header.name.text);
  const found = classFields(annotations, header, module);
  if (found === undefined) return unknown("class", header.name.text);
  const name = freeName(annotations, header.name.text);
  annotations.names.set(header, name);
  // Its place is taken before its fields are looked at: these may name it again.
  annotations.classes.set(name, { name, form: found.form, fields: [] });
  const fields = found.fields.map(({ field, module: owner }) => {
    const within: Context = { annotations, module: owner, depth: 0, aliases: [] };
    const type = describe(within, annotationType(owner, field.annotation));
    return { name: field.name.text, type, optional: found.form === "typed-dict" && !field.isRequired };
  });
  annotations.classes.set(name, { name, form: found.form, fields });
  return { kind: "class", name };
}

function freeName({ classes }: Annotations, name: string): string {
  if (!classes.has(name)) return name;
  let number = 2;
  while (classes.has(`${name}_${number}`)) number += 1;
  return `${name}_${number}`;
}

function unknown(reason: UnknownReason, text: string): PlanType {
  return { kind: "unknown", reason, text: text.slice(0, MAX_TEXT) };
}

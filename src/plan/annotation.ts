// Describes the annotations of a model's Python as plain data. Promises: always ends, with a result of limited size; the same
// code gives the same description; an unknown type says why it is unknown.

import type { ClassHeader, PythonModule } from "../python/module.ts";
import { readCall } from "../python/text/arguments.ts";
import type { Part } from "../python/text/text.ts";
import type { TypeMeaning } from "../python/type-lookup.ts";
import { fullPath, parseAnnotation } from "../python/types/annotation.ts";
import { docParagraph, fieldDoc } from "../python/types/documentation.ts";
import { annotationType, namesOf, scopeOf } from "../python/types/names-in-module.ts";
import { type PythonType, showType } from "../python/types/python-type.ts";
import { readTypeParameters, type TypeParameter } from "../python/types/type-parameters.ts";
import { canonicalJson } from "./canonical.ts";
import { basePath, classFields, isPlain, type ModelCode, NEUTRAL_BASES, type Variables } from "./class-fields.ts";
import { description } from "./description.ts";
import { enumeration, literalType } from "./enumeration.ts";
import type { PlanClass, PlanType, UnknownReason } from "./execution-plan.ts";
import { membersOf, unionOf } from "./union.ts";

/** The classes that the annotations of one model have named so far. */
export interface Annotations extends ModelCode {
  /** The name of each class, by the types that its type variables have. */
  readonly names: Map<ClassHeader, Map<string, string>>;
  /** By name, in the order in which they were found. */
  readonly classes: Map<string, PlanClass>;
  /** How many more parts the types of the model may have together. */
  budget: number;
}

/** The maximum number of parts in all types of a model. Further types are unknown. */
const BUDGET = 2_000;
const MAX_DEPTH = 16;
const MAX_CLASSES = 100;
const MAX_TEXT = 200;
/** The maximum length of the types of type variables: a generic class may refer to itself with ever larger types. */
const MAX_VARIABLES = 1_000;

/** Annotations of a model before any of them is described. */
export function noAnnotations(code: ModelCode): Annotations {
  return { ...code, names: new Map(), classes: new Map(), budget: BUDGET };
}

/** A function whose annotations are described. */
export interface Annotated {
  readonly module: PythonModule;
  readonly typeParameters: Part | undefined;
}

/** Describes an annotation of a function in the module where it is written. */
export function describeAnnotation(annotations: Annotations, annotation: Part, signature: Annotated): PlanType {
  const module = annotations.python.moduleAt(annotation.span.source.path) ?? signature.module;
  const { within } = scopeOf(module, annotation);
  const owner = within && { header: within, module, variables: new Map() };
  const context: Context = { annotations, module, depth: 0, aliases: [], variables: new Map(), owner };
  const parameters = readTypeParameters(signature.module, signature.typeParameters);
  const variables = variablesOf(context, [], { module: signature.module, parameters: () => parameters });
  return describe({ ...context, variables }, annotationType(module, annotation));
}

/** The type of one prediction, from the annotation of the list; `undefined` if that does not declare its items. */
export function describeItem(annotations: Annotations, returns: Part, signature: Annotated): PlanType | undefined {
  const type = describeAnnotation(annotations, returns, signature);
  const items = membersOf(type).flatMap((member) => {
    if (member.kind === "list") return [member.item];
    return member.kind === "tuple" ? [...member.items, ...(member.rest === undefined ? [] : [member.rest])] : [];
  });
  return items.length === 0 ? undefined : unionOf(items);
}

interface Context {
  readonly annotations: Annotations;
  readonly module: PythonModule;
  readonly depth: number;
  /** The aliases that are being followed, so that a recursive one ends. */
  readonly aliases: readonly string[];
  readonly variables: Variables;
  /** The class whose body contains the annotation, and the types of its variables. */
  readonly owner:
    | { readonly header: ClassHeader; readonly module: PythonModule; readonly variables: Variables }
    | undefined;
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
    case "type":
    case "never":
      return unknown("internal", showType(type));
    case "list":
    case "iterable":
      return { kind: "list", item: inner(type.item) };
    case "set":
      return { kind: "set", item: inner(type.item) };
    case "dict":
      return describeMap(type, inner);
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
    case "tensor": {
      const { kind, library, dtype, dimensions } = type;
      return { kind, library, ...(dtype !== undefined && { dtype }), ...(dimensions !== undefined && { dimensions }) };
    }
    case "value":
      return { kind: "value", name: type.name };
    case "reference":
      return describeName(context, type.name, type.arguments.map(inner));
    case "unknown":
      return unknown("unread", type.text);
  }
}

/** Describes a dict. Its keys become texts, so they cannot be lists or maps. */
function describeMap(type: Extract<PythonType, { kind: "dict" }>, inner: (of: PythonType) => PlanType): PlanType {
  const key = inner(type.key);
  const value = inner(type.value);
  if (["list", "tuple", "set", "map", "bytes", "tensor", "class"].includes(key.kind))
    return unknown("internal", showType(type));
  const keys = keysOf(key);
  return { kind: "map", value, ...(keys !== undefined && { keys }) };
}

/** The texts of all keys, if the annotation lists them. */
function keysOf(key: PlanType): readonly string[] | undefined {
  if (key.kind === "enum") return keysOf(key.value);
  if (key.kind !== "literal") return undefined;
  // Python and JavaScript convert other numbers to different texts.
  const isPlain = key.values.every((value) => typeof value !== "number" || Number.isSafeInteger(value));
  return isPlain ? [...new Set(key.values.map(String))] : undefined;
}

function describeName(context: Context, name: string, given: readonly PlanType[]): PlanType {
  const { annotations, module, owner } = context;
  const variable = context.variables.get(name);
  if (variable !== undefined) return variable;
  if (owner !== undefined && /^typing(?:_extensions)?\.Self$/.test(fullPath(name, namesOf(module)) ?? ""))
    return describeClass(context, owner.header, owner.module, owner.variables);
  const key = `${module.source.path}:${name}`;
  if (context.aliases.includes(key)) return unknown("large", name);
  const meaning = annotations.python.meaningOf(annotations.root, module, name, owner?.header);
  switch (meaning.kind) {
    case "alias": {
      const aliases = [...context.aliases, key];
      const variables = variablesOf(context, given, meaning);
      return describe({ ...context, module: meaning.module, aliases, variables, owner: undefined }, meaning.type);
    }
    case "variable": {
      const aliases = [...context.aliases, key];
      return describe({ ...context, module: meaning.module, aliases, variables: new Map() }, meaning.fallback);
    }
    case "class":
      return describeClass(context, meaning.header, meaning.module, variablesOf(context, given, meaning));
    case "member":
      return describeMember(context, meaning);
    case "unknown":
      return unknown("outside", name);
  }
}

/** The types of the variables of a generic class or alias: the given types, or else their bounds. */
function variablesOf(
  context: Context,
  given: readonly PlanType[],
  to: { readonly module: PythonModule; readonly parameters: () => readonly TypeParameter[] },
): Variables {
  const variables = new Map<string, PlanType>();
  for (const [at, { name, fallback }] of to.parameters().entries()) {
    const { annotations } = context;
    const own: Context = {
      annotations,
      module: to.module,
      depth: context.depth + 1,
      aliases: [],
      variables,
      owner: undefined,
    };
    variables.set(name, given[at] ?? describe(own, fallback));
  }
  return variables;
}

function describeMember(context: Context, { of, name, module }: Extract<TypeMeaning, { kind: "member" }>): PlanType {
  const found = enumeration(context.annotations, of, module);
  const value = found?.value === undefined ? undefined : found.members.get(name);
  if (found === undefined || value === undefined) return unknown("enum", `${of.name.text}.${name}`);
  return { kind: "enum", name: found.name, value: literalType(value), passes: found.passes };
}

function describeClass(context: Context, header: ClassHeader, module: PythonModule, variables: Variables): PlanType {
  const { annotations } = context;
  const key = canonicalJson([...variables]);
  const known = annotations.names.get(header)?.get(key);
  if (known !== undefined) return { kind: "class", name: known };
  const other = enumerated(context, header, module) ?? derived(context, header, module, variables);
  if (other !== undefined) return other;
  if (annotations.classes.size >= MAX_CLASSES || key.length > MAX_VARIABLES) return unknown("large", header.name.text);
  const found = classFields(
    annotations,
    (from, base, to) => {
      const outer: Context = { annotations, ...from, depth: context.depth + 1, aliases: [], owner: undefined };
      return variablesOf(
        outer,
        base.map((each) => describe(outer, each)),
        to,
      );
    },
    header,
    module,
    variables,
  );
  if (found === undefined) return unknown("class", header.name.text);
  const name = freeName(annotations, header.name.text);
  annotations.names.set(header, (annotations.names.get(header) ?? new Map<string, string>()).set(key, name));
  // The class is registered before its fields are described, because they may refer to it.
  const about = description(docParagraph(header));
  annotations.classes.set(name, { name, ...about, form: found.form, fields: [] });
  const fields = found.fields.map(({ field, owner, module: own, variables: bound }) => {
    const self = owner === header ? { header, module, variables } : { header: owner, module: own, variables: bound };
    const within: Context = { annotations, module: own, depth: 0, aliases: [], variables: bound, owner: self };
    const type = orNull(describe(within, annotationType(own, field.annotation)), field.default);
    const isOptional = found.form === "typed-dict" && !field.isRequired;
    return { name: field.name.text, ...description(fieldDoc(field)), type, optional: isOptional };
  });
  annotations.classes.set(name, { name, ...about, form: found.form, fields });
  return { kind: "class", name };
}

/** Adds null for a field with the default None, such as `label: str = None`. */
function orNull(type: PlanType, value: Part | undefined): PlanType {
  return isNone(value) && type.kind !== "unknown" ? unionOf([type, { kind: "null" }]) : type;
}

/** Whether a default is `None`, directly or in a call that declares a field: `Field(None)`, `attrs.field(default=None)`. */
function isNone(value: Part | undefined): boolean {
  const call = value && readCall(value);
  if (call === undefined || !/(?:^|\.)(?:[Ff]ield|ib|attrib)$/.test(call.name)) return value?.text === "None";
  const given = call.arguments.keywords.find(({ name }) => name.text === "default")?.value;
  return (given ?? call.arguments.positional[0])?.text === "None";
}

function enumerated({ annotations }: Context, header: ClassHeader, module: PythonModule): PlanType | undefined {
  const found = enumeration(annotations, header, module);
  if (found === undefined) return undefined;
  if (found.value?.kind === "literal") annotations.budget -= found.value.values.length;
  if (annotations.budget < 0) return unknown("large", found.name);
  return found.value === undefined
    ? unknown("enum", found.name)
    : { kind: "enum", name: found.name, value: found.value, passes: found.passes };
}

/** Describes `class Label(str)` or `class Boxes(list[Box])`: outside of Python, an instance is a value of its base. */
function derived(
  context: Context,
  header: ClassHeader,
  module: PythonModule,
  variables: Variables,
): PlanType | undefined {
  const names = namesOf(module);
  const bases = header.bases.positional.filter(
    ({ text }) => !NEUTRAL_BASES.test(fullPath(basePath(text), names) ?? ""),
  );
  const [base, second] = bases;
  const isSimple = base !== undefined && second === undefined && header.decorators.length === 0;
  if (!isSimple || header.isBroken || header.bases.isOpen || !isPlain(module, header, undefined)) return undefined;
  const type = parseAnnotation(base.text, names);
  if (!["str", "int", "float", "list", "dict", "tuple"].includes(type.kind)) return undefined;
  const { annotations, depth } = context;
  return describe({ annotations, module, depth: depth + 1, aliases: [], variables, owner: undefined }, type);
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

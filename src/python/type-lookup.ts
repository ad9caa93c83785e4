import { relativePath } from "../base/path.ts";
import type { ClassHeader, PythonModule } from "./module.ts";
import { bodyBinding, inBodyOf } from "./names/bindings.ts";
import { follow, lookUpPath } from "./names/lookup.ts";
import type { ModuleFile, Reader, Repository } from "./names/repository.ts";
import { type Search, searchIn } from "./names/search.ts";
import { outsidePath, type Target } from "./names/target.ts";
import { inEachWorld } from "./names/worlds.ts";
import { isMeaning } from "./reach.ts";
import { readCall } from "./text/arguments.ts";
import type { Part } from "./text/text.ts";
import { fullPath, parseAnnotation } from "./types/annotation.ts";
import { type Fields, fieldsOf } from "./types/fields.ts";
import { functionalClass } from "./types/functional.ts";
import { namesOf } from "./types/names-in-module.ts";
import { type PythonType, showType } from "./types/python-type.ts";
import { fallbackOfVariable, readTypeParameters, referencesIn, type TypeParameter } from "./types/type-parameters.ts";

/** What the name of a type leads to. What it refers to in turn has its meaning in `module`. */
export type TypeMeaning =
  | {
      readonly kind: "alias";
      readonly type: PythonType;
      readonly module: PythonModule;
      /** What stands in the brackets behind its name, when it is generic. */
      readonly parameters: () => readonly TypeParameter[];
    }
  | {
      readonly kind: "class";
      readonly header: ClassHeader;
      /** Of a dataclass, a `NamedTuple` or a `TypedDict`. */
      readonly fields: Fields | undefined;
      readonly module: PythonModule;
      readonly parameters: () => readonly TypeParameter[];
    }
  /** A `TypeVar`, and what it stands for where nobody says. */
  | { readonly kind: "variable"; readonly fallback: PythonType; readonly module: PythonModule }
  /** Something in the body of a class that is no class itself, such as the member of an enumeration. */
  | { readonly kind: "member"; readonly of: ClassHeader; readonly name: string; readonly module: PythonModule }
  /** It comes from outside, or it is computed. */
  | { readonly kind: "unknown" };

const UNKNOWN: TypeMeaning = { kind: "unknown" };

/**
 * Follows a reference in an annotation of a module, or of the body of one of its classes; one step only, so that recursive
 * types end. Gives everything that the name may mean: never nothing.
 */
export function lookUpTypes(
  reader: Reader,
  root: string,
  module: PythonModule,
  name: string,
  modules: Repository["modules"] = new Map(),
  within?: ClassHeader,
): readonly TypeMeaning[] {
  const search = searchIn({ reader, root, modules }, "type");
  const lookup: Lookup = { search, root };
  const { all, isWhole } = inEachWorld((world) => {
    search.world = world;
    return within === undefined ? meaningOf(lookup, module, name) : meaningWithin(lookup, module, within, name);
  });
  if (!isWhole) return [UNKNOWN];
  return [...new Map(all.map(({ value }) => [keyOf(value), value])).values()];
}

/** The same, where only one thing can be meant. */
export function lookUpType(
  reader: Reader,
  root: string,
  module: PythonModule,
  name: string,
  modules: Repository["modules"] = new Map(),
  within?: ClassHeader,
): TypeMeaning {
  const [only, second] = lookUpTypes(reader, root, module, name, modules, within);
  return second === undefined ? (only ?? UNKNOWN) : UNKNOWN;
}

/** The same for meanings that are equal. */
function keyOf(meaning: TypeMeaning): unknown {
  if (meaning.kind === "class") return meaning.header;
  return meaning.kind === "alias" ? `${meaning.module.source.path}:${showType(meaning.type)}` : meaning.kind;
}

interface Lookup {
  readonly search: Search;
  readonly root: string;
}

/** A class in the body of a class goes before what the module calls so; of anything else there, both are possible. */
function meaningWithin(lookup: Lookup, module: PythonModule, within: ClassHeader, name: string): TypeMeaning {
  const [first = ""] = name.split(".");
  const own = inBodyOf(within, first).filter(isMeaning);
  const [only, second] = own;
  if (only === undefined) return meaningOf(lookup, module, name);
  if (second === undefined && only.kind === "class" && only.reach === "always")
    return inClass(lookup, classMeaning(lookup, within, module), name);
  const span = within.name.span;
  const pick = lookup.search.world.choose(`${module.source.path}:${span.start}:${name}`, own.length + 1, {
    kind: "conditional",
    span,
  });
  const binding = own[pick];
  if (binding === undefined) return meaningOf(lookup, module, name);
  if (first !== name) return UNKNOWN;
  const found = follow(lookup.search, fileOf(lookup.root, module), binding, { trail: [], seen: [] }, within);
  return meaningOfTarget(lookup, found.target) ?? UNKNOWN;
}

function meaningOf(lookup: Lookup, module: PythonModule, name: string): TypeMeaning {
  const span = { source: module.source, start: 0, end: 0 };
  const { target } = lookUpPath(lookup.search, fileOf(lookup.root, module), name, span, { trail: [], seen: [] });
  const known = target.kind === "builtin" ? ofPath(module, name) : meaningOfTarget(lookup, target);
  if (known !== undefined) return known;
  const dot = name.lastIndexOf(".");
  return dot < 0 ? UNKNOWN : inClass(lookup, meaningOf(lookup, module, name.slice(0, dot)), name.slice(dot + 1));
}

function meaningOfTarget(lookup: Lookup, target: Target): TypeMeaning | undefined {
  if (target.kind === "class") return classMeaning(lookup, target.header, target.file.module);
  if (target.kind === "alias") return aliasMeaning(lookup, target);
  const path = outsidePath(target);
  return path === undefined || target.kind !== "failure" ? undefined : ofPath(undefined, path);
}

/** The type that a well-known name of another module, or of Python itself, stands for. */
function ofPath(module: PythonModule | undefined, path: string): TypeMeaning | undefined {
  const type = parseAnnotation(path);
  if (module === undefined && !path.includes(".")) return undefined;
  return type.kind === "reference" || type.kind === "unknown"
    ? undefined
    : { kind: "alias", type, module: module ?? NOWHERE, parameters: () => [] };
}

/** Where types of other modules have their meaning: nothing in them refers to anything. */
const NOWHERE: PythonModule = {
  source: { path: "", text: "" },
  bindings: [],
  exports: { kind: "none" },
  hasFutureAnnotations: false,
  docstring: undefined,
  damage: [],
};

/** What a name in the body of a class means. */
function inClass(lookup: Lookup, owner: TypeMeaning, name: string): TypeMeaning {
  if (owner.kind !== "class") return UNKNOWN;
  const { header, module } = owner;
  const binding = bodyBinding(header, name);
  if (binding === undefined || binding.reach !== "always") return UNKNOWN;
  return binding.kind === "class"
    ? classMeaning(lookup, binding, module)
    : { kind: "member", of: header, name, module };
}

function classMeaning(lookup: Lookup, header: ClassHeader, module: PythonModule): TypeMeaning {
  const fields = fieldsOf(module, header);
  return { kind: "class", header, fields, module, parameters: () => parametersOfClass(lookup, header, module) };
}

function aliasMeaning(
  lookup: Lookup,
  { file: { module }, typeParameters, value, name }: Extract<Target, { kind: "alias" }>,
): TypeMeaning {
  const header = functionalClass(module, name, value);
  if (header !== undefined) return classMeaning(lookup, header, module);
  const fallback = variableOf(module, value);
  if (fallback !== undefined) return { kind: "variable", fallback, module };
  const type = parseAnnotation(written(module, value), namesOf(module));
  const parameters = () =>
    typeParameters === undefined ? variablesIn(lookup, module, type) : readTypeParameters(module, typeParameters);
  return { kind: "alias", type, module, parameters };
}

/** Written behind the name, else the variables of `Generic[…]`, else those of all bases in their order. */
function parametersOfClass(lookup: Lookup, header: ClassHeader, module: PythonModule): readonly TypeParameter[] {
  if (header.typeParameters !== undefined) return readTypeParameters(module, header.typeParameters);
  const names = namesOf(module);
  const bases = header.bases.positional.filter(({ text }) => text.includes("["));
  const generic = bases.find(({ text }) =>
    /(?:^|\.)(?:Generic|Protocol)$/.test(text.slice(0, text.indexOf("[")).trim()),
  );
  const found = new Map<string, TypeParameter>();
  for (const base of generic === undefined ? bases : [generic]) {
    for (const each of variablesIn(lookup, module, parseAnnotation(base.text, names))) found.set(each.name, each);
  }
  return [...found.values()];
}

/** The type variables that a type names, in the order of the text. */
function variablesIn(lookup: Lookup, module: PythonModule, type: PythonType): readonly TypeParameter[] {
  return [...new Set(referencesIn(type))].flatMap((name): TypeParameter[] => {
    const meaning = meaningOf(lookup, module, name);
    return meaning.kind === "variable" ? [{ name, fallback: meaning.fallback }] : [];
  });
}

function fileOf(root: string, module: PythonModule): ModuleFile {
  const parts = relativePath(root, module.source.path).replace(/\.py$/, "").split("/");
  const isPackage = parts.at(-1) === "__init__";
  return { kind: "file", parts: isPackage ? parts.slice(0, -1) : parts, isPackage, module };
}

/** The full path of what a value calls, and with what. */
function calledIn(module: PythonModule, value: Part) {
  const call = readCall(value);
  const path = call === undefined ? undefined : fullPath(call.name, namesOf(module));
  return call && path !== undefined ? { path, ...call.arguments } : undefined;
}

/** What `TypeVar("T", …)` stands for where nobody says; `undefined` for everything else. */
function variableOf(module: PythonModule, value: Part): PythonType | undefined {
  const call = calledIn(module, value);
  if (!/^typing(?:_extensions)?\.(?:TypeVar|TypeVarTuple|ParamSpec)$/.test(call?.path ?? "")) return undefined;
  const option = (name: string) => call?.keywords.find((each) => each.name.text === name)?.value;
  return fallbackOfVariable(module, call?.positional ?? [], option);
}

/** `NewType("X", int)` is `int` to whoever passes a value; `TypeAliasType("X", int)` is it to everybody. */
function written(module: PythonModule, value: Part): string {
  const call = calledIn(module, value);
  const isNamed = /^typing(?:_extensions)?\.(?:NewType|TypeAliasType)$/.test(call?.path ?? "");
  return (isNamed ? call?.positional[1]?.text : undefined) ?? value.text;
}

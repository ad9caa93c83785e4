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

/** What the name of a type refers to. Names in it are resolved in `module`. */
export type TypeMeaning =
  | {
      readonly kind: "alias";
      readonly type: PythonType;
      readonly module: PythonModule;
      /** The type parameters of a generic. */
      readonly parameters: () => readonly TypeParameter[];
    }
  | {
      readonly kind: "class";
      readonly header: ClassHeader;
      /** Set for a dataclass, a `NamedTuple` or a `TypedDict`. */
      readonly fields: Fields | undefined;
      readonly module: PythonModule;
      readonly parameters: () => readonly TypeParameter[];
    }
  /** A `TypeVar`. `fallback` is the type that it stands for if it is not bound. */
  | { readonly kind: "variable"; readonly fallback: PythonType; readonly module: PythonModule }
  /** Something in a class body that is not a class, such as a member of an enumeration. */
  | { readonly kind: "member"; readonly of: ClassHeader; readonly name: string; readonly module: PythonModule }
  /** It is external or computed. */
  | { readonly kind: "unknown" };

const UNKNOWN: TypeMeaning = { kind: "unknown" };

/**
 * Resolves a reference in an annotation of a module, or of one of its class bodies. Follows only one step, so that
 * recursive types terminate. Returns all possible meanings, at least one.
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

/** The same; `unknown` unless there is exactly one meaning. */
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

/** A key that is the same for equal meanings. */
function keyOf(meaning: TypeMeaning): unknown {
  if (meaning.kind === "class") return meaning.header;
  return meaning.kind === "alias" ? `${meaning.module.source.path}:${showType(meaning.type)}` : meaning.kind;
}

interface Lookup {
  readonly search: Search;
  readonly root: string;
}

/**
 * A class in a class body takes precedence over the module's names. For other definitions in the body, both are
 * possible.
 */
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
  const known = target.kind === "builtin" ? typeOfPath(module, name) : meaningOfTarget(lookup, target);
  if (known !== undefined) return known;
  const dot = name.lastIndexOf(".");
  return dot < 0 ? UNKNOWN : inClass(lookup, meaningOf(lookup, module, name.slice(0, dot)), name.slice(dot + 1));
}

function meaningOfTarget(lookup: Lookup, target: Target): TypeMeaning | undefined {
  if (target.kind === "class") return classMeaning(lookup, target.header, target.file.module);
  if (target.kind === "alias") return aliasMeaning(lookup, target);
  const path = outsidePath(target);
  return path === undefined || target.kind !== "failure" ? undefined : typeOfPath(undefined, path);
}

/** The type of a well-known name of another module or of Python itself. */
function typeOfPath(module: PythonModule | undefined, path: string): TypeMeaning | undefined {
  const type = parseAnnotation(path);
  if (module === undefined && !path.includes(".")) return undefined;
  return type.kind === "reference" || type.kind === "unknown"
    ? undefined
    : { kind: "alias", type, module: module ?? EXTERNAL_MODULE, parameters: () => [] };
}

/** The module of external types, which refer to nothing. */
const EXTERNAL_MODULE: PythonModule = {
  source: { path: "", text: "" },
  bindings: [],
  exports: { kind: "none" },
  hasFutureAnnotations: false,
  docstring: undefined,
  damage: [],
};

/** Resolves a name in a class body. */
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
  const type = parseAnnotation(typeText(module, value), namesOf(module));
  const parameters = () =>
    typeParameters === undefined ? variablesIn(lookup, module, type) : readTypeParameters(module, typeParameters);
  return { kind: "alias", type, module, parameters };
}

/**
 * The type parameters in brackets after the name; otherwise the variables of `Generic[…]`; otherwise those of all bases
 * in order.
 */
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

/** The type variables in a type, in text order. */
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

/** The full path of the callee of a value, and the arguments. */
function calledIn(module: PythonModule, value: Part) {
  const call = readCall(value);
  const path = call === undefined ? undefined : fullPath(call.name, namesOf(module));
  return call && path !== undefined ? { path, ...call.arguments } : undefined;
}

/** The fallback of `TypeVar("T", …)`; `undefined` for anything else. */
function variableOf(module: PythonModule, value: Part): PythonType | undefined {
  const call = calledIn(module, value);
  if (!/^typing(?:_extensions)?\.(?:TypeVar|TypeVarTuple|ParamSpec)$/.test(call?.path ?? "")) return undefined;
  const option = (name: string) => call?.keywords.find((each) => each.name.text === name)?.value;
  return fallbackOfVariable(module, call?.positional ?? [], option);
}

/** For callers, `NewType("X", int)` accepts what `int` accepts; `TypeAliasType("X", int)` is the same type as `int`. */
function typeText(module: PythonModule, value: Part): string {
  const call = calledIn(module, value);
  const isNamed = /^typing(?:_extensions)?\.(?:NewType|TypeAliasType)$/.test(call?.path ?? "");
  return (isNamed ? call?.positional[1]?.text : undefined) ?? value.text;
}

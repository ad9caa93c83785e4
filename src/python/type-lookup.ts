import { relativePath } from "../base/path.ts";
import { fullPath, parseAnnotation } from "./annotation.ts";
import { readCall } from "./arguments.ts";
import { type Fields, fieldsOf } from "./fields.ts";
import { BUDGET, lookUpDotted, type Search } from "./lookup.ts";
import type { ClassHeader, PythonModule } from "./module.ts";
import { namesOf } from "./names.ts";
import type { PythonType } from "./python-type.ts";
import type { ModuleFile, Reader, Repository } from "./repository.ts";
import type { Part } from "./text.ts";

/** What the name of a type leads to. What it refers to in turn has its meaning in `module`. */
export type TypeMeaning =
  | { readonly kind: "alias"; readonly type: PythonType; readonly module: PythonModule }
  | {
      readonly kind: "class";
      readonly header: ClassHeader;
      /** Of a dataclass, a `NamedTuple` or a `TypedDict`. */
      readonly fields: Fields | undefined;
      readonly module: PythonModule;
    }
  /** It comes from outside, or it is computed. */
  | { readonly kind: "unknown" };

/** Follows a reference in an annotation of a module; one step only, so that recursive types end. */
export function lookUpType(
  reader: Reader,
  root: string,
  module: PythonModule,
  name: string,
  modules: Repository["modules"] = new Map(),
): TypeMeaning {
  const search: Search = { repository: { reader, root, modules }, wants: "type", budget: BUDGET };
  const span = { source: module.source, start: 0, end: 0 };
  const { target } = lookUpDotted(search, fileOf(root, module), name, span, { trail: [], doubts: [], seen: [] });
  if (target.kind === "class") {
    const { module: owner } = target.file;
    return { kind: "class", header: target.header, fields: fieldsOf(owner, target.header), module: owner };
  }
  if (target.kind !== "alias") return { kind: "unknown" };
  const { module: owner } = target.file;
  return { kind: "alias", type: parseAnnotation(written(owner, target.value), namesOf(owner)), module: owner };
}

function fileOf(root: string, module: PythonModule): ModuleFile {
  const parts = relativePath(root, module.source.path).replace(/\.py$/, "").split("/");
  const isPackage = parts.at(-1) === "__init__";
  return { kind: "file", parts: isPackage ? parts.slice(0, -1) : parts, isPackage, module };
}

/** `NewType("X", int)` is `int` to whoever passes a value. */
function written(module: PythonModule, value: Part): string {
  const call = readCall(value);
  const isNewType =
    call !== undefined && /^typing(?:_extensions)?\.NewType$/.test(fullPath(call.name, namesOf(module)) ?? "");
  return (isNewType ? call.arguments.positional[1]?.text : undefined) ?? value.text;
}

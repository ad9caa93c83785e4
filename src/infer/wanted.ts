import type { PythonModule } from "../python/module.ts";
import type { Part } from "../python/text/text.ts";
import type { TypeMeaning } from "../python/type-lookup.ts";
import { type AnnotationScope, annotationType, scopeOf } from "../python/types/names-in-module.ts";
import type { PythonType } from "../python/types/python-type.ts";
import type { PythonCode } from "./python-code.ts";

/** The code that defines the names in annotations, and the root of the repository. */
export interface TypeContext {
  readonly code: PythonCode;
  readonly root: string;
}

/** The type of an annotation, with the module in which its names are looked up. */
export interface Wanted {
  readonly type: PythonType;
  readonly module: PythonModule;
  /** The scope of the annotation, if it is not the module itself. */
  readonly scope?: AnnotationScope;
}

/** The type of an annotation. */
export function wantedBy(module: PythonModule, annotation: Part): Wanted {
  return { type: annotationType(module, annotation), module, scope: scopeOf(module, annotation) };
}

/** Names with more meanings are unknown. Names in real code have fewer. */
const MAX_MEANINGS = 8;

/** All possible meanings of a name in an annotation. There are several if conditions or the order of statements decide. */
export function meaningsIn(context: TypeContext, { module, scope }: Wanted, name: string): readonly TypeMeaning[] {
  const [first = ""] = name.split(".");
  if (scope?.isLocal === true || scope?.variables.has(first) === true) return [{ kind: "unknown" }];
  const meanings = context.code.meaningsOf(context.root, module, name, scope?.within);
  return meanings.length > MAX_MEANINGS ? [{ kind: "unknown" }] : meanings;
}

/** The meaning of a name in an annotation; `unknown` if it is not certain. */
export function meaningIn(context: TypeContext, wanted: Wanted, name: string): TypeMeaning {
  const [only, second] = meaningsIn(context, wanted, name);
  return only === undefined || second !== undefined ? { kind: "unknown" } : only;
}

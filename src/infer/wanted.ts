import type { PythonModule } from "../python/module.ts";
import type { Part } from "../python/text/text.ts";
import type { TypeMeaning } from "../python/type-lookup.ts";
import { type AnnotationScope, annotationType, scopeOf } from "../python/types/names-in-module.ts";
import type { PythonType } from "../python/types/python-type.ts";
import type { PythonCode } from "./python-code.ts";

/** What annotations mean, and where the repository is. */
export interface TypeContext {
  readonly code: PythonCode;
  readonly root: string;
}

/** An annotation as a type, with the module in which its names have their meaning. */
export interface Wanted {
  readonly type: PythonType;
  readonly module: PythonModule;
  /** Where the annotation stands, when that is not the module itself. */
  readonly scope?: AnnotationScope;
}

/** The type that an annotation says. */
export function wantedBy(module: PythonModule, annotation: Part): Wanted {
  return { type: annotationType(module, annotation), module, scope: scopeOf(module, annotation) };
}

/** More meanings than a name has in real code. */
const MAX_MEANINGS = 8;

/** Everything that a name in an annotation may mean: several where conditions or the order of statements decide. */
export function meaningsIn(context: TypeContext, { module, scope }: Wanted, name: string): readonly TypeMeaning[] {
  const [first = ""] = name.split(".");
  if (scope?.isLocal === true || scope?.variables.has(first) === true) return [{ kind: "unknown" }];
  const meanings = context.code.meaningsOf(context.root, module, name, scope?.within);
  return meanings.length > MAX_MEANINGS ? [{ kind: "unknown" }] : meanings;
}

/** What a name in an annotation means; `unknown` when that is not certain. */
export function meaningIn(context: TypeContext, wanted: Wanted, name: string): TypeMeaning {
  const [only, second] = meaningsIn(context, wanted, name);
  return only === undefined || second !== undefined ? { kind: "unknown" } : only;
}

import type { PythonModule } from "../module.ts";
import { cursorOverPart } from "../text/arguments.ts";
import { takeExpression } from "../text/expression.ts";
import type { Part } from "../text/text.ts";
import { advance, type Cursor, isOperator, skipOperator, takeName } from "../text/tokens.ts";
import { parseAnnotation } from "./annotation.ts";
import { namesOf } from "./names-in-module.ts";
import { type PythonType, partsOf } from "./python-type.ts";

/** A type parameter of a generic class, alias or function. */
export interface TypeParameter {
  readonly name: string;
  /** The type that it stands for if it is not bound: its default, its bound, or anything. */
  readonly fallback: PythonType;
}

/** Consumes type parameters such as `[T: int = str, *Ts]` and returns the contents of the brackets. */
export function takeTypeParameters(cursor: Cursor): Part | undefined {
  if (!isOperator(cursor, "[")) return undefined;
  advance(cursor);
  const inside = takeExpression(cursor, "");
  skipOperator(cursor, "]");
  return inside;
}

/** Parses the contents of the brackets. */
export function readTypeParameters(module: PythonModule, inside: Part | undefined): readonly TypeParameter[] {
  if (inside === undefined) return [];
  const cursor = cursorOverPart(inside);
  const names = namesOf(module);
  const parameters: TypeParameter[] = [];
  do {
    const isSeveral = skipOperator(cursor, "*") || skipOperator(cursor, "**");
    const name = takeName(cursor);
    const bound = skipOperator(cursor, ":") ? takeExpression(cursor, ",=") : undefined;
    const given = skipOperator(cursor, "=") ? takeExpression(cursor, ",") : undefined;
    const text = isSeveral ? undefined : (given ?? bound)?.text;
    if (name !== undefined) parameters.push({ name: name.text, fallback: fallbackOf(text, names) });
  } while (skipOperator(cursor, ","));
  return parameters;
}

function fallbackOf(text: string | undefined, names: ReturnType<typeof namesOf>): PythonType {
  if (text === undefined) return { kind: "any" };
  // Several types in parentheses are constraints: one of them applies.
  const isGroup = text.startsWith("(") && text.endsWith(")") && text.includes(",");
  return parseAnnotation(isGroup ? `Union[${text.slice(1, -1)}]` : text, isGroup ? withUnion(names) : names);
}

/** Here, `Union` means Python's own, even if the module defines that name. */
function withUnion(names: ReturnType<typeof namesOf>): ReturnType<typeof namesOf> {
  return (name) => (name === "Union" ? undefined : names(name));
}

/** The fallback of `TypeVar("T", int, str, bound=…, default=…)` and similar calls. */
export function fallbackOfVariable(
  module: PythonModule,
  positional: readonly Part[],
  option: (name: string) => Part | undefined,
): PythonType {
  const constraints = positional.slice(1).map(({ text }) => text);
  const text =
    (option("default") ?? option("bound"))?.text ??
    (constraints.length > 0 ? `(${constraints.join(", ")},)` : undefined);
  return fallbackOf(text, namesOf(module));
}

/** The names in a type that its module has to resolve, in text order. */
export function referencesIn(type: PythonType): readonly string[] {
  const own = type.kind === "reference" ? [type.name] : [];
  return [...own, ...partsOf(type).flatMap(referencesIn)];
}

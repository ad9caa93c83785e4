import type { PythonModule } from "../module.ts";
import { cursorOverPart } from "../text/arguments.ts";
import { takeExpression } from "../text/expression.ts";
import type { Part } from "../text/text.ts";
import { advance, type Cursor, isOperator, skipOperator, takeName } from "../text/tokens.ts";
import { parseAnnotation } from "./annotation.ts";
import { namesOf } from "./names-in-module.ts";
import { type PythonType, partsOf } from "./python-type.ts";

/** A variable of a generic class, alias or function. */
export interface TypeParameter {
  readonly name: string;
  /** What it stands for where nobody says: its default, its bound, or anything. */
  readonly fallback: PythonType;
}

/** Takes type parameters such as `[T: int = str, *Ts]`, without the brackets; what they are does not matter to a call. */
export function takeTypeParameters(cursor: Cursor): Part | undefined {
  if (!isOperator(cursor, "[")) return undefined;
  advance(cursor);
  const inside = takeExpression(cursor, "");
  skipOperator(cursor, "]");
  return inside;
}

/** Reads what stands in the brackets. */
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
  // Several types in brackets: one of them.
  const isGroup = text.startsWith("(") && text.endsWith(")") && text.includes(",");
  return parseAnnotation(isGroup ? `Union[${text.slice(1, -1)}]` : text, isGroup ? withUnion(names) : names);
}

/** `Union` is Python's own here, whatever the module calls so. */
function withUnion(names: ReturnType<typeof namesOf>): ReturnType<typeof namesOf> {
  return (name) => (name === "Union" ? undefined : names(name));
}

/** `TypeVar("T", int, str, bound=…, default=…)` and its relatives. */
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

/** The names in a type that its module has to explain, in the order of the text. */
export function referencesIn(type: PythonType): readonly string[] {
  const own = type.kind === "reference" ? [type.name] : [];
  return [...own, ...partsOf(type).flatMap(referencesIn)];
}

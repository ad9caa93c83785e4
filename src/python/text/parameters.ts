import { remember } from "../../base/remember.ts";
import { takeExpression } from "./expression.ts";
import type { Part } from "./text.ts";
import { type Cursor, isOperator, skipOperator, takeName } from "./tokens.ts";

/** How a parameter takes its argument, in the terms of Python's `inspect`. */
export type ParameterKind =
  | "positional-only"
  | "positional-or-keyword"
  | "var-positional"
  | "keyword-only"
  | "var-keyword";

export interface Parameter {
  readonly kind: ParameterKind;
  readonly name: Part;
  readonly annotation: Part | undefined;
  readonly default: Part | undefined;
}

/** The parameters of a function; `isBroken` if the list contains anything else, as in incomplete code. */
export interface Parameters {
  readonly parameters: readonly Parameter[];
  readonly isBroken: boolean;
}

/** Reads parameters up to `closer`: the parenthesis of a `def`, or the colon of a lambda, which has no annotations. */
export function readParameters(cursor: Cursor, closer: ")" | ":"): Parameters {
  const list: Parameter[] = [];
  let kind: ParameterKind = "positional-or-keyword";
  let positional = 0;
  let isBroken = false;
  while (cursor.kind !== "end" && !isOperator(cursor, closer)) {
    if (skipOperator(cursor, "/")) {
      positional = list.length;
    } else if (skipOperator(cursor, "*")) {
      kind = "keyword-only";
      const isBare = isOperator(cursor, ",") || isOperator(cursor, closer);
      if (!isBare) isBroken = !readParameter(cursor, closer, "var-positional", list) || isBroken;
    } else if (skipOperator(cursor, "**")) {
      isBroken = !readParameter(cursor, closer, "var-keyword", list) || isBroken;
    } else {
      isBroken = !readParameter(cursor, closer, kind, list) || isBroken;
    }
    if (skipOperator(cursor, ",") || isOperator(cursor, closer)) continue;
    isBroken = true;
    // An unmatched closing bracket ends an expression without being part of it.
    if (takeExpression(cursor, `,${closer}`) === undefined && !isOperator(cursor, ",")) break;
    skipOperator(cursor, ",");
  }
  if (!skipOperator(cursor, closer)) isBroken = true;
  const parameters = list.map((each, at): Parameter => (at < positional ? { ...each, kind: "positional-only" } : each));
  return { parameters, isBroken };
}

function readParameter(cursor: Cursor, closer: ")" | ":", kind: ParameterKind, list: Parameter[]): boolean {
  const name = takeName(cursor);
  if (name === undefined) return false;
  let isWhole = true;
  let annotation: Part | undefined;
  let value: Part | undefined;
  if (closer === ")" && skipOperator(cursor, ":")) {
    annotation = takeExpression(cursor, ",=");
    if (annotation === undefined) isWhole = false;
  }
  if (skipOperator(cursor, "=")) {
    value = takeExpression(cursor, closer === ":" ? ",:" : ",=");
    if (value === undefined) isWhole = false;
  }
  list.push({ kind, name, annotation, default: value });
  return isWhole;
}

/** The parameters of a method without `self`; unchanged if `*args` receives it. */
export const withoutFirst: (parameters: readonly Parameter[]) => readonly Parameter[] = remember((parameters) => {
  const [first, ...others] = parameters;
  return first?.kind === "positional-only" || first?.kind === "positional-or-keyword" ? others : parameters;
});

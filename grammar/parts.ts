// The parts of a scalar with expressions.
import type { Body, ExpressionProblem } from "./rules.ts";

/** Limits that bound the cost of a hostile scalar. */
export const LIMITS = { expressionLength: 4096, segments: 32, expressions: 1000 } as const;

/** `${…}`, or `$NAME` without braces. `start` and `end` include the delimiters. */
export interface Expression extends Body {
  readonly kind: "expression";
  readonly spelling: "braces" | "angles" | "bare";
  readonly start: number;
  readonly end: number;
}

/** A piece of a scalar. One of the template's problems describes a broken expression. */
export type Part = { readonly kind: "text"; readonly value: string } | Expression | { readonly kind: "broken" };

/** A scalar with at least one expression or escape, split into parts. Text parts are unescaped. */
export interface Template {
  readonly parts: readonly Part[];
  readonly problems: readonly ExpressionProblem[];
}

/** The environment variable written as `$NAME` at an offset of a scalar. */
export function variableAt(name: string, start: number): Expression {
  const end = start + 1 + name.length;
  return {
    kind: "expression",
    spelling: "bare",
    start,
    end,
    path: [{ kind: "name", value: name, start: start + 1, end }],
  };
}

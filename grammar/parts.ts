// What a scalar with expressions is made of.
import type { Body, ExpressionProblem } from "./rules.ts";

/** Bounds that keep a hostile scalar cheap. */
export const LIMITS = { expressionLength: 4096, segments: 32, expressions: 1000 } as const;

/** One `${…}`, or one `$NAME` without braces. `start` and `end` cover it with its marks; the path and what follows it stand between. */
export interface Expression extends Body {
  readonly kind: "expression";
  readonly spelling: "braces" | "angles" | "bare";
  readonly start: number;
  readonly end: number;
}

/** A piece of a scalar; a broken expression is described by one of the template's problems. */
export type Part = { readonly kind: "text"; readonly value: string } | Expression | { readonly kind: "broken" };

/** A scalar that holds at least one expression or escape, taken apart. Text parts are unescaped. */
export interface Template {
  readonly parts: readonly Part[];
  readonly problems: readonly ExpressionProblem[];
}

/** The environment variable that is written `$NAME` at an offset of a scalar. */
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

// The expression language: the text of one scalar in, its parts and everything that is wrong with it out. Never throws.
//
//   template   := ( TEXT | "$${" | "$$<" | "${" expression "}" | "$<" expression ">" | "$" VARIABLE )*
//   bare       := "$" path                                     (the whole scalar)
//
// Templates as nearly all are, without a mistake, are read by `plain.ts`; `template.ts` reads every one, and what stands between
// the marks is in `rules.ts`.
import { mayHoldExpression } from "./bare.ts";
import type { Expression, Template } from "./parts.ts";
import { plainTemplate } from "./plain.ts";
import type { Body, Segment } from "./rules.ts";
import { readTemplate } from "./template.ts";

export { type Expression, LIMITS, type Part, type Template } from "./parts.ts";
export type { ExpressionProblem, Segment, Suffix } from "./rules.ts";

/** Takes a decoded scalar apart; `undefined` when it holds no expression and no escape, which is nearly always. */
export function parseTemplate(text: string): Template | undefined {
  return text.includes("$") && mayHoldExpression(text) ? (plainTemplate(text) ?? readTemplate(text)) : undefined;
}

/** The expression that is the whole scalar, if there is exactly that: it keeps its type. */
export function loneExpression(template: Template | undefined): Expression | undefined {
  const only = template?.parts.length === 1 ? template.parts[0] : undefined;
  return only?.kind === "expression" ? only : undefined;
}

/** Writes an expression; parsing the result gives the same path and suffix again. */
export function printExpression({ path, default: whenUnset, required }: Body): string {
  const suffix = whenUnset !== undefined ? `:-${whenUnset.value}` : required !== undefined ? `:?${required.value}` : "";
  // A suffix that holds the closing brace was written in the other spelling, and can only be written in that.
  return suffix.includes("}") ? `$<${printReference(path)}${suffix}>` : `\${${printReference(path)}${suffix}}`;
}

/** Writes a path: `model.files["my-file"].url`. */
export function printReference(path: readonly Segment[]): string {
  return path
    .map(({ kind, value }, i) => {
      if (kind === "index") return `[${value}]`;
      if (kind === "quoted") return value.includes('"') ? `['${value}']` : `["${value}"]`;
      return i === 0 ? value : `.${value}`;
    })
    .join("");
}

// The expression language: splits the text of a scalar into parts and reports everything that is wrong with it. Never
// throws.
//
//   template   := ( TEXT | "$${" | "$$<" | "${" expression "}" | "$<" expression ">" | "$" VARIABLE )*
//   bare       := "$" path                                     (the entire scalar)
//
// `plain.ts` reads the common templates without mistakes, `template.ts` reads any template, and `rules.ts` contains the
// grammar between the delimiters.
import { mayContainExpression } from "./bare.ts";
import type { Expression, Template } from "./parts.ts";
import { plainTemplate } from "./plain.ts";
import type { Body, Segment } from "./rules.ts";
import { readTemplate } from "./template.ts";

export { type Expression, LIMITS, type Part, type Template } from "./parts.ts";
export type { ExpressionProblem, Segment, Suffix } from "./rules.ts";

/**
 * Splits a decoded scalar into parts; `undefined` if it contains no expression and no escape, which is the common case.
 */
export function parseTemplate(text: string): Template | undefined {
  return text.includes("$") && mayContainExpression(text) ? (plainTemplate(text) ?? readTemplate(text)) : undefined;
}

/** The expression that makes up the entire scalar, if there is one. Such an expression keeps its type. */
export function loneExpression(template: Template | undefined): Expression | undefined {
  const only = template?.parts.length === 1 ? template.parts[0] : undefined;
  return only?.kind === "expression" ? only : undefined;
}

/** Prints an expression. Parsing the result yields the same path and suffix. */
export function printExpression({ path, default: whenUnset, required }: Body): string {
  const suffix = whenUnset !== undefined ? `:-${whenUnset.value}` : required !== undefined ? `:?${required.value}` : "";
  // A suffix that contains `}` was written between angle brackets and can only be written there.
  return suffix.includes("}") ? `$<${printReference(path)}${suffix}>` : `\${${printReference(path)}${suffix}}`;
}

/** Prints a path: `model.files["my-file"].url`. */
export function printReference(path: readonly Segment[]): string {
  return path
    .map(({ kind, value }, i) => {
      if (kind === "index") return `[${value}]`;
      if (kind === "quoted") return value.includes('"') ? `['${value}']` : `["${value}"]`;
      return i === 0 ? value : `.${value}`;
    })
    .join("");
}

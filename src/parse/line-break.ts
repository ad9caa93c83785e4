// Single-line values that end with a line break, most often because of a block scalar.
import { parseTemplate } from "../../grammar/expression.ts";
import type { Span } from "../base/source.ts";
import type { Problem } from "./problem.ts";
import { spanInScalar } from "./source-map.ts";
import { type Path, type ScalarNode, spanOf } from "./tree.ts";

/**
 * Reports line breaks in a single-line value. Trailing line breaks are dropped, so that nothing else is reported; a
 * value with a line break inside is unreadable.
 */
export function withoutLineBreak(
  node: ScalarNode,
  path: Path | undefined,
  report: (problem: Problem) => void,
): ScalarNode | undefined {
  const text = node.text.replace(/(?<![\r\n])[\r\n]+$/, "");
  if (typeof node.value !== "string" || text.trim() === "") return node;
  // A single expression keeps its type, regardless of the whitespace around it.
  const [only, ...others] = node.template?.parts ?? [];
  const isLone = only?.kind === "expression" && others.length === 0;
  const at = text.search(/[\r\n]/);
  if (at >= 0) {
    report({ kind: "line-break", span: spanInScalar(node, at, at + 1), path, repaired: undefined, scalar: undefined });
    return undefined;
  }
  if (text === node.text || isLone) return node;
  const header = headerOf(node);
  const span = header ?? spanInScalar(node, text.length, node.text.length);
  const repaired = header === undefined ? "" : chomped(header);
  const scalar = { ...node, text, value: text, template: parseTemplate(text) };
  report({ kind: "line-break", span, path, repaired, scalar });
  return scalar;
}

/** Whether a scalar is a single expression followed by the line break of a block scalar. */
export function isBrokenExpression({ template }: ScalarNode): boolean {
  const [first, second, ...others] = template?.parts ?? [];
  return (
    first?.kind === "expression" && second?.kind === "text" && /^[\r\n]+$/.test(second.value) && others.length === 0
  );
}

/** The `|` or `>` of a block scalar, with its indicators. */
function headerOf(node: ScalarNode): Span | undefined {
  if (node.style !== "literal" && node.style !== "folded") return undefined;
  const { source, start } = spanOf(node);
  const [header = ""] = /^[|>][-+\d]*/.exec(source.text.slice(start, start + 4)) ?? [];
  return { source, start, end: start + header.length };
}

/** The header with the indicator that strips all line breaks: YAML 1.2.2, section 8.1.1.2. */
function chomped({ source, start, end }: Span): string {
  return `${source.text.slice(start, end).replaceAll("+", "")}-`;
}

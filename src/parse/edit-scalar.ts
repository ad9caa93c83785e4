// Edits inside a scalar that preserve its style and escape the new text accordingly. If an edit could change more than
// intended, there is no edit. Each edit states the resulting value, which `fix.ts` verifies.
import type { Edit } from "../base/diagnostic.ts";
import { readAsPyYaml } from "../base/pyyaml.ts";
import { type Span, textOf } from "../base/source.ts";
import { spanInScalar } from "./source-map.ts";
import { type ScalarNode, type ScalarStyle, spanOf } from "./tree.ts";

/** Replaces the decoded units from `from` up to `to` by one line of text; `undefined` if that is not safe. */
export function replaceInScalar(scalar: ScalarNode, from: number, to: number, text: string): Edit | undefined {
  if (scalar.style === "plain" && from === 0 && to === scalar.text.length) return replaceScalar(scalar, text);
  const span = exactSpan(scalar, from, to);
  const newText = escaped(text, scalar.style);
  if (span === undefined || newText === undefined) return undefined;
  return { span, newText, value: scalar.text.slice(0, from) + text + scalar.text.slice(to) };
}

/** Replaces the entire text of a scalar. A plain scalar gets quotes if needed; `undefined` if that is not safe. */
export function replaceScalar(scalar: ScalarNode, text: string): Edit | undefined {
  if (scalar.style === "plain") {
    if (/\p{Cc}/u.test(text)) return undefined;
    return { span: spanOf(scalar), newText: isPlain(text) ? text : quoted(text), value: text };
  }
  return replaceInScalar(scalar, 0, isBlock(scalar) ? scalar.text.trimEnd().length : scalar.text.length, text);
}

/**
 * Replaces a scalar by a value, spelled so that YAML 1.2 and PyYAML read it the same way. Returns `undefined` for a
 * value without such a spelling and for block scalars. If `isFloat` is set, a number remains a float.
 */
export function rewriteScalar(
  scalar: ScalarNode,
  value: string | number | boolean,
  isFloat = isFloatSpelling(scalar.text),
): Edit | undefined {
  const newText = isBlock(scalar) ? undefined : spellingOf(value, isFloat);
  return newText === undefined ? undefined : { span: spanOf(scalar), newText, value };
}

/** `1e3` is a float with an integral value. */
function isFloatSpelling(text: string): boolean {
  return /^[-+]?[\d_]*(?:\.|\d[eE])/.test(text);
}

function spellingOf(value: string | number | boolean, isFloat: boolean): string | undefined {
  if (typeof value === "string") return /[\p{Cc}\p{Cs}\u2028\u2029\ufeff]/u.test(value) ? undefined : quoted(value);
  if (typeof value === "boolean") return String(value);
  if (!Number.isFinite(value)) return undefined;
  const digits = Object.is(value, -0) ? "-0.0" : String(value);
  // PyYAML recognizes an exponent only after a decimal point.
  const withPoint = digits.includes(".") ? digits : digits.replace(/e|$/, (end) => `.0${end}`);
  const text = isFloat || digits.includes("e") ? withPoint : digits;
  const there = readAsPyYaml(text);
  return (there.kind === "integer" || there.kind === "float") && Object.is(Number(there.value), value)
    ? text
    : undefined;
}

/** Removes leading and trailing whitespace of a text, except the line break of a block scalar (see `line-break`). */
export function trimScalar(scalar: ScalarNode): Edit | undefined {
  const { text } = scalar;
  const trimmed = text.trim();
  if (trimmed === text || trimmed === "" || isBlock(scalar)) return undefined;
  return replaceScalar(scalar, trimmed);
}

/** Quotes a text, with double quotes if nothing in it needs escaping there. */
export function quoted(text: string): string {
  return /["\\]/.test(text) ? `'${text.replaceAll("'", "''")}'` : `"${text}"`;
}

/** The span of a part, if it is exactly known. */
function exactSpan(scalar: ScalarNode, from: number, to: number): Span | undefined {
  const span = spanInScalar(scalar, from, to);
  // In a block scalar, a line break is followed by the indentation of the next line.
  const isRest = from === 0 && to >= scalar.text.trimEnd().length;
  if (isBlock(scalar) && !isRest && textOf(span).includes("\n")) return undefined;
  const isWhole = span.start === scalar.start && span.end === scalar.end;
  return isWhole && (scalar.style !== "plain" || from > 0 || to < scalar.text.length) ? undefined : span;
}

function isBlock({ style }: ScalarNode): boolean {
  return style === "literal" || style === "folded";
}

function escaped(text: string, style: ScalarStyle): string | undefined {
  if (text === "" || text.trim() !== text || /[\p{Cc}\p{Cs}\u2028\u2029\ufeff]/u.test(text)) return undefined;
  if (style === "single") return text.replaceAll("'", "''");
  if (style === "double") return text.replace(/["\\]/g, "\\$&");
  // Other styles have no escapes, so only insert characters that are literal everywhere.
  return /^[\p{L}\p{N}_$][\p{L}\p{M}\p{N}_.$<>{}-]*$/u.test(text) ? text : undefined;
}

/** Whether a text without quotes means the same text in every context. */
function isPlain(text: string): boolean {
  return (
    /^[\p{L}_][\p{L}\p{M}\p{N}_./-]*(?::[\p{L}_][\p{L}\p{M}\p{N}_]*)?$/u.test(text) &&
    !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text)
  );
}

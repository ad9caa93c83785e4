import { partOf } from "./text.ts";
import { advance, type Cursor, skipOperator } from "./tokens.ts";

/** The value of a literal. */
export type LiteralValue = string | number | boolean | null;

/** Takes one or more adjacent string literals; `undefined` if one of them is bytes or has fields. */
export function decodeStrings(cursor: Cursor): string | undefined {
  let text: string | undefined = "";
  while (cursor.kind === "string") {
    const part: string | undefined = decodeString(partOf(cursor.from, cursor.start, cursor.stop).text);
    text = text === undefined || part === undefined ? undefined : text + part;
    advance(cursor);
  }
  return text;
}

/** The value of a string literal in source form; `undefined` for bytes, f-strings and t-strings. */
export function decodeString(literal: string): string | undefined {
  const quote = literal.search(/["']/);
  const prefix = literal.slice(0, quote).toLowerCase();
  if (quote < 0 || /[bft]/.test(prefix)) return undefined;
  const mark = literal[quote] ?? "";
  const length = literal.startsWith(mark.repeat(3), quote) && literal.length - quote >= 6 ? 3 : 1;
  const isClosed = literal.length - quote >= 2 * length && literal.endsWith(mark.repeat(length));
  const content = literal.slice(quote + length, isClosed ? literal.length - length : undefined).replace(/\r\n?/g, "\n");
  return prefix.includes("r") ? content : resolveEscapes(content);
}

const SIMPLE: Readonly<Record<string, string>> = {
  ...{ "\n": "", "\\": "\\", "'": "'", '"': '"' },
  ...{ a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" },
};

/** Resolves escapes, except characters by name. */
export function resolveEscapes(content: string): string {
  if (!content.includes("\\")) return content;
  return content.replace(
    /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))/g,
    (whole, octal, two, four, eight, other) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      const hex = two ?? four ?? eight;
      if (hex === undefined) return SIMPLE[other] ?? whole;
      const code = Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

/**
 * Takes `"text"`, `1`, `-2.5`, `True` or `None`; `undefined` for anything else, and for numbers that would lose
 * precision.
 */
export function takeLiteral(cursor: Cursor): LiteralValue | undefined {
  if (cursor.kind === "string") return decodeStrings(cursor);
  const isNegative = skipOperator(cursor, "-");
  const { text } = partOf(cursor.from, cursor.start, cursor.stop);
  const { kind } = cursor;
  advance(cursor);
  if (kind === "number") {
    const value = Number(text.replaceAll("_", ""));
    const isExact = Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
    return isExact ? (isNegative ? -value : value) : undefined;
  }
  if (isNegative || kind !== "name") return undefined;
  return text === "None" ? null : text === "True" ? true : text === "False" ? false : undefined;
}

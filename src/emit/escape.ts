// Every text from a plan passes through one of these functions before it reaches generated code: the printer does not
// escape.
import type { PlanValue } from "../plan/execution-plan.ts";

/**
 * Control, bidirectional and invisible characters, line separators and lone surrogates. They are printed as escapes.
 */
const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\u00ad\u180e\u200b\u2060\ufeff\u{e0000}-\u{e007f}]/gu;

/** Longer comments are truncated; the definition contains the full text. */
const MAX_COMMENT = 1000;

/**
 * A string literal for values, types and quoted names. A trailing backslash is written as a character code, because
 * ts-morph's writer takes `\\"` for an escaped quote and everything after it for string content.
 */
export function stringLiteral(text: string): string {
  return JSON.stringify(text)
    .replace(/\\\\"$/, '\\u005c"')
    .replace(UNSAFE, showUnits);
}

/** The type of a text. Parts that come from the environment may be any string. */
export function textType(value: string | PlanValue): string {
  if (typeof value === "string") return stringLiteral(value);
  const parts = "template" in value ? value.template : [value];
  const pieces = parts.map((part) => ("literal" in part ? templateText(String(part.literal)) : "${string}"));
  return pieces.join("") === "${string}" ? "string" : `\`${pieces.join("")}\``;
}

/** Escapes text inside a template literal. */
function templateText(text: string): string {
  return text
    .replace(/[`\\]|\$(?=\{)/g, "\\$&")
    .replace(/\$$/, "\\$")
    .replace(/[\r\n]/g, showUnits)
    .replace(UNSAFE, showUnits);
}

/** A property name, quoted unless it is a plain identifier. */
export function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : stringLiteral(name);
}

/**
 * Escapes text for one line of a comment. The result cannot end the comment, start a tag such as `@deprecated`, or be
 * mistaken for a bundler annotation (`#__PURE__`) or a source map reference (`# sourceMappingURL=`). Editors render
 * `&#64;` as `@`.
 */
export function commentText(text: string): string {
  return shorten(text.replace(/\s+/gu, " ").trim())
    .replace(UNSAFE, showUnits)
    .replaceAll("*/", "*\\/")
    .replace(/(?<![\w.-])@/g, "&#64;")
    .replace(/#(?=__|\s*source)/g, "&#35;");
}

/** Escapes text for inline code in a comment. */
export function commentCode(text: string): string {
  return `\`${commentText(text).replaceAll("`", "'")}\``;
}

function shorten(text: string): string {
  if (text.length <= MAX_COMMENT) return text;
  return `${text.slice(0, MAX_COMMENT).replace(/[\ud800-\udbff]$/, "")} …`;
}

function showUnits(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}

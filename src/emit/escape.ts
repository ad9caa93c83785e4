// Everything that comes from a plan reaches generated code through one of these: the printer escapes nothing.
import type { PlanValue } from "../plan/execution-plan.ts";

/** Control, bidirectional and invisible characters, line separators and halves of surrogate pairs: shown, not written. */
const UNSAFE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\u00ad\u180e\u200b\u2060\ufeff\u{e0000}-\u{e007f}]/gu;

/** Comments are for reading; the whole text stands in the definition. */
const MAX_COMMENT = 1000;

/**
 * A string literal, for values, types and quoted names. A backslash at the end has its code: ts-morph's writer takes
 * `\\"` for an escaped quote, and what follows for the rest of the text.
 */
export function stringLiteral(text: string): string {
  return JSON.stringify(text)
    .replace(/\\\\"$/, '\\u005c"')
    .replace(UNSAFE, showUnits);
}

/** The type of text that is made of parts: what only the environment knows may be any text. */
export function textType(value: string | PlanValue): string {
  if (typeof value === "string") return stringLiteral(value);
  const parts = "template" in value ? value.template : [value];
  const pieces = parts.map((part) => ("literal" in part ? templateText(String(part.literal)) : "${string}"));
  return pieces.join("") === "${string}" ? "string" : `\`${pieces.join("")}\``;
}

/** Text between the backticks of a template. */
function templateText(text: string): string {
  return text
    .replace(/[`\\]|\$(?=\{)/g, "\\$&")
    .replace(/\$$/, "\\$")
    .replace(/[\r\n]/g, showUnits)
    .replace(UNSAFE, showUnits);
}

/** A property name: as it is when it is a plain identifier, else quoted. */
export function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : stringLiteral(name);
}

/**
 * Text for one line of a comment. It cannot end the comment, start a tag such as `@deprecated`, or be taken for
 * a bundler's annotation (`#__PURE__`) or the address of a map (`# sourceMappingURL=`). `&#64;` is what an editor shows as `@` again.
 */
export function commentText(text: string): string {
  return shorten(text.replace(/\s+/gu, " ").trim())
    .replace(UNSAFE, showUnits)
    .replaceAll("*/", "*\\/")
    .replace(/(?<![\w.-])@/g, "&#64;")
    .replace(/#(?=__|\s*source)/g, "&#35;");
}

/** The same in backticks. */
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

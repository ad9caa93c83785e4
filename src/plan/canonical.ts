// Takes a JSON value, gives its one canonical text: keys sorted by UTF-16 code unit, arrays as they stand, lone
// surrogates escaped, -0 as 0, absent (`undefined`) properties left out. Same value, same text, on every machine.
// JSON.stringify cannot do it: sorting into a new object moves integer-like keys first and loses `__proto__`.
import { invariant } from "../base/invariant.ts";
import { escapeOlderCommands } from "../base/runner-commands.ts";

/** Far above what the nesting limit of a definition allows, far below what overflows the stack. */
const MAX_DEPTH = 1000;

/** Canonical JSON on one line without blanks: what is hashed. */
export function canonicalJson(value: unknown): string {
  return write(value, undefined, 0);
}

/**
 * Canonical JSON for files and logs: indented by two spaces, with a line end at the end. `##[` in a text is written as
 * `#\u0023[`, which is the same text: GitHub's runner looks for it in everything that is printed.
 */
export function canonicalJsonPretty(value: unknown): string {
  return `${escapeOlderCommands(write(value, "\n", 0))}\n`;
}

/** `newline` is the line end with the indentation of the value itself, or undefined for compact text. */
function write(value: unknown, newline: string | undefined, depth: number): string {
  invariant(depth <= MAX_DEPTH, "canonical JSON: nested too deeply");
  if (value === null || typeof value === "string" || typeof value === "boolean") return JSON.stringify(value);
  if (typeof value === "number") {
    invariant(Number.isFinite(value), `canonical JSON: ${value} is no JSON number`);
    return JSON.stringify(value);
  }
  const inner = newline === undefined ? undefined : `${newline}  `;
  if (Array.isArray(value)) {
    return enclose(
      "[]",
      Array.from(value, (item) => write(item, inner, depth + 1)),
      newline,
    );
  }
  invariant(isPlainObject(value), `canonical JSON: ${typeof value} is no JSON value`);
  const colon = newline === undefined ? ":" : ": ";
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member !== undefined) members.push(JSON.stringify(key) + colon + write(member, inner, depth + 1));
  }
  return enclose("{}", members, newline);
}

function enclose(brackets: "[]" | "{}", items: readonly string[], newline: string | undefined): string {
  const [open, close] = [brackets.charAt(0), brackets.charAt(1)];
  if (newline === undefined || items.length === 0) return open + items.join(",") + close;
  return `${open}${newline}  ${items.join(`,${newline}  `)}${newline}${close}`;
}

/** A map, a set or a date would be written as `{}` without a word. */
function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

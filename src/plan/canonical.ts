// Takes a JSON value and returns its canonical text: keys sorted by UTF-16 code unit, arrays in order, lone surrogates escaped,
// -0 as 0, `undefined` properties left out. The same value has the same text on every machine. JSON.stringify with sorted keys
// does not work: an object puts integer-like keys first and loses `__proto__`.
import { invariant } from "../base/invariant.ts";
import { escapeOlderCommands } from "../base/runner-commands.ts";

/** Well above the nesting limit of a definition, and well below the depth that overflows the stack. */
const MAX_DEPTH = 1000;

/** Canonical JSON on one line without spaces, for hashing. */
export function canonicalJson(value: unknown): string {
  return write(value, undefined, 0);
}

/**
 * Canonical JSON for files and logs: indented by two spaces, with a newline at the end. `##[` in a text is written as
 * `#\u0023[`, which is the same text in JSON: the runner of GitHub Actions interprets `##[` in all output.
 */
export function canonicalJsonPretty(value: unknown): string {
  return `${escapeOlderCommands(write(value, "\n", 0))}\n`;
}

/** `newline` is a newline with the indentation of the value, or `undefined` for compact text. */
function write(value: unknown, newline: string | undefined, depth: number): string {
  invariant(depth <= MAX_DEPTH, "canonical JSON: nested too deeply");
  if (value === null || typeof value === "string" || typeof value === "boolean") return JSON.stringify(value);
  if (typeof value === "number") {
    invariant(Number.isFinite(value), `canonical JSON: ${value} is not a JSON number`);
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
  invariant(isPlainObject(value), `canonical JSON: ${typeof value} is not a JSON value`);
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

/** Whether a value is a plain object. A `Map`, a `Set` or a `Date` would silently be written as `{}`. */
function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

// Reads JSON with exact numbers, and finds the first syntax error of invalid JSON. The error messages of JavaScript engines
// differ between versions and do not always contain the position.
import { exceedsMaxDigits, MAX_DIGITS, parseExactJson } from "../../base/exact-json.ts";

/** A value, or the first mistake in the text. */
export type JsonValue =
  | { readonly kind: "value"; readonly value: unknown }
  | ({ readonly kind: "mistake" } & JsonMistake);

/** Parses JSON. Numbers that JavaScript cannot represent exactly become `ExactNumber`s. */
export function readJson(text: string): JsonValue {
  try {
    return { kind: "value", value: parseExactJson(text) };
  } catch {
    return { kind: "mistake", ...(findJsonMistake(text) ?? { offset: 0, message: "this is not valid JSON" }) };
  }
}

/** The first mistake: its offset and a message. */
export interface JsonMistake {
  readonly offset: number;
  readonly message: string;
}

const SPACE = /[ \t\n\r]*/y;
const ATOM = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;
const PLAIN = /[ !#-[\]-\uffff]+/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

/** Values of Python and JavaScript that are not JSON, and their JSON equivalents. */
const WORD = /-?(?:NaN|Infinity|nan|inf|None|undefined|True|False)(?![\w.+-])/y;
const WORDS: ReadonlyMap<string, string> = new Map([
  ["None", "`null`"],
  ["undefined", "`null`"],
  ["True", "`true`"],
  ["False", "`false`"],
]);

/** Finds the first mistake in invalid JSON. It is not recursive, so deep nesting cannot overflow the stack. */
export function findJsonMistake(text: string): JsonMistake | undefined {
  const open: ("{" | "[")[] = [];
  let at = 0;
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(text)) return false;
    at = pattern.lastIndex;
    return true;
  };
  const mistake = (message: string): JsonMistake => ({ offset: at, message });
  const readText = (): JsonMistake | undefined => {
    const start = at++;
    while (skip(PLAIN) || skip(ESCAPE));
    if (text[at] === '"') {
      at++;
      return undefined;
    }
    if (text[at] === "\\") return mistake("invalid escape sequence");
    if (at < text.length && text[at] !== "\n") return mistake("control characters must be escaped");
    at = start;
    return mistake("unterminated string");
  };
  const readKey = (): JsonMistake | undefined => {
    skip(SPACE);
    if (text[at] !== '"') return mistake("expected a key in double quotes");
    const wrong = readText();
    if (wrong !== undefined) return wrong;
    skip(SPACE);
    if (text[at] !== ":") return mistake("expected `:`");
    at++;
    return undefined;
  };
  /** Whether the list or object that begins here is empty. */
  const isEmpty = (end: string): boolean => {
    skip(SPACE);
    if (text[at] !== end) return false;
    at++;
    open.pop();
    return true;
  };

  for (;;) {
    skip(SPACE);
    const first = text[at];
    let isWhole = true;
    if (first === "{" || first === "[") {
      at++;
      open.push(first);
      isWhole = isEmpty(first === "{" ? "}" : "]");
    } else if (first === '"') {
      const wrong = readText();
      if (wrong !== undefined) return wrong;
    } else {
      const start = at;
      if (!skip(ATOM)) return mistake(wordMistake(text, at) ?? "expected a value");
      if (exceedsMaxDigits(text.slice(start, at))) {
        at = start;
        return mistake(`this number has more than ${MAX_DIGITS} digits`);
      }
    }
    while (isWhole) {
      skip(SPACE);
      const around = open.at(-1);
      if (around === undefined) return at < text.length ? mistake("unexpected text after the JSON value") : undefined;
      const end = around === "{" ? "}" : "]";
      if (text[at] !== end) {
        if (text[at] !== ",") return mistake(`expected \`,\` or \`${end}\``);
        at++;
        isWhole = false;
      } else {
        at++;
        open.pop();
      }
    }
    if (open.at(-1) === "{") {
      const wrong = readKey();
      if (wrong !== undefined) return wrong;
    }
  }
}

function wordMistake(text: string, at: number): string | undefined {
  WORD.lastIndex = at;
  const word = WORD.exec(text)?.[0];
  return word && `\`${word}\` is not a JSON value (use ${WORDS.get(word) ?? "a number or `null`"})`;
}

// Reads JSON with exact numbers, and finds where a text stops being JSON: the engine's own messages say it in another way in
// each version, or not at all.
import { exceedsMaxDigits, MAX_DIGITS, parseExactJson } from "../../base/exact-json.ts";

/** A value, or the first mistake of its text. */
export type JsonValue =
  | { readonly kind: "value"; readonly value: unknown }
  | ({ readonly kind: "mistake" } & JsonMistake);

/** Reads a JSON text; numbers that JavaScript would change are `ExactNumber`s. */
export function readJson(text: string): JsonValue {
  try {
    return { kind: "value", value: parseExactJson(text) };
  } catch {
    return { kind: "mistake", ...(findJsonMistake(text) ?? { offset: 0, message: "this is not JSON" }) };
  }
}

/** The first mistake: its offset, and what is wrong there as a part of a sentence. */
export interface JsonMistake {
  readonly offset: number;
  readonly message: string;
}

const SPACE = /[ \t\n\r]*/y;
const ATOM = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;
const PLAIN = /[ !#-[\]-\uffff]+/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

/** Values that Python and JavaScript write where JSON has none, and what JSON has for them. */
const WORD = /-?(?:NaN|Infinity|nan|inf|None|undefined|True|False)(?![\w.+-])/y;
const WORDS: ReadonlyMap<string, string> = new Map([
  ["None", "`null`"],
  ["undefined", "`null`"],
  ["True", "`true`"],
  ["False", "`false`"],
]);

/** Finds the first mistake of a text that cannot be read. Needs no more stack for deeper nesting. */
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
    if (text[at] === "\\") return mistake("this escape does not exist");
    if (at < text.length && text[at] !== "\n") return mistake("a control character must be escaped");
    at = start;
    return mistake("this text is not closed");
  };
  const readKey = (): JsonMistake | undefined => {
    skip(SPACE);
    if (text[at] !== '"') return mistake("a key in double quotes is missing");
    const wrong = readText();
    if (wrong !== undefined) return wrong;
    skip(SPACE);
    if (text[at] !== ":") return mistake("a `:` is missing");
    at++;
    return undefined;
  };
  /** Whether a list or map that begins here ends at once. */
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
      if (!skip(ATOM)) return mistake(wordMistake(text, at) ?? "a value is missing");
      if (exceedsMaxDigits(text.slice(start, at))) {
        at = start;
        return mistake(`this number has more than ${MAX_DIGITS} digits`);
      }
    }
    while (isWhole) {
      skip(SPACE);
      const around = open.at(-1);
      if (around === undefined) return at < text.length ? mistake("nothing may follow here") : undefined;
      const end = around === "{" ? "}" : "]";
      if (text[at] !== end) {
        if (text[at] !== ",") return mistake(`\`,\` or \`${end}\` is missing`);
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

// JSON with exact numbers. A number of JavaScript has 53 bits and does not know `1.0` from `1`; Python's integers have as many
// digits as they need, and its `1.0` is another type than `1`.

/** A number as it is spelled in JSON, where a number of JavaScript would be another one, or of another type in Python. */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }

  /** Lets `JSON.stringify` fail instead of writing an object: `exactJson` writes it. */
  toJSON(): never {
    throw new TypeError("an exact number is written by `exactJson`");
  }
}

/** Digits of a whole number: Python reads no longer one. */
export const MAX_DIGITS = 4000;

/** A number; one with something else of a word beside it is a mistake, and is left alone. */
const NUMBER = /(?<![\w.+-])-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])/g;

/** Whether there may be a number that needs care; text with such digits in it only takes longer. */
const SUSPICIOUS = /\d{16}|\d\.0|\d[eE]|\.\d{15}/;

/** Marks texts that stand for numbers. JSON has one way to spell it. */
const MARK = "\0";
const SPELLED_MARK = '"\\u0000';

/**
 * The value of a JSON text, as `JSON.parse` reads it, except that whole numbers beyond 2^53, numbers beyond a double, and whole
 * floats such as `1.0` and `1e3` are `ExactNumber`s. Throws what `JSON.parse` throws, and a `RangeError` for a whole number of
 * more than `MAX_DIGITS` digits.
 */
export function parseExactJson(text: string): unknown {
  if (!SUSPICIOUS.test(text)) return JSON.parse(text);
  return JSON.parse(markNumbers(text), (_key, value: unknown) => {
    if (typeof value !== "string" || !value.startsWith(MARK)) return value;
    const rest = value.slice(MARK.length);
    return rest.startsWith(MARK) ? rest : new ExactNumber(rest);
  });
}

/** The same text with marked texts for numbers that need care. A text that begins with the mark itself gets another one. */
function markNumbers(text: string): string {
  let marked = "";
  for (let at = 0; at < text.length; ) {
    const quote = text.indexOf('"', at);
    const start = quote < 0 ? text.length : quote;
    marked += text.slice(at, start).replace(NUMBER, (token) => {
      if (isTooLong(token)) throw new RangeError("a number has too many digits");
      return isExact(token) ? token : `${SPELLED_MARK}${token}"`;
    });
    at = endOfText(text, start);
    const isMarked = text.startsWith(SPELLED_MARK, start) && !isKey(text, at);
    marked += isMarked ? SPELLED_MARK + text.slice(start + 1, at) : text.slice(start, at);
  }
  return marked;
}

/** Behind the quote that closes a text. */
function endOfText(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let before = quote - 1;
    while (before > start && text[before] === "\\") before--;
    if ((quote - before) % 2 === 1) return quote + 1;
  }
  return text.length;
}

/** Whether what ends here is a key. */
function isKey(text: string, end: number): boolean {
  const next = /[^ \t\n\r]/g;
  next.lastIndex = end;
  return next.exec(text)?.[0] === ":";
}

/** Whether a number is a whole one that Python does not read. */
export function isTooLong(token: string): boolean {
  return token.length > MAX_DIGITS && /^-?\d+$/.test(token) && token.replace("-", "").length > MAX_DIGITS;
}

/** Whether a number of JavaScript is the same one, and is written as the same type. */
function isExact(token: string): boolean {
  const value = Number(token);
  return /[.eE]/.test(token) ? Number.isFinite(value) && !Number.isInteger(value) : Number.isSafeInteger(value);
}

/** JSON with all digits of bigints and exact numbers. What JSON does not have becomes what `JSON.stringify` makes of it. */
export function exactJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return write(value) ?? "null";
  }
}

function write(value: unknown): string | undefined {
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (value instanceof ExactNumber) return value.text;
  if (Array.isArray(value)) return `[${value.map((item) => write(item) ?? "null").join(",")}]`;
  if ("toJSON" in value && typeof value.toJSON === "function") return JSON.stringify(value);
  const members = Object.entries(value).flatMap(([key, entry]) => {
    const text = write(entry);
    return text === undefined ? [] : [`${JSON.stringify(key)}:${text}`];
  });
  return `{${members.join(",")}}`;
}

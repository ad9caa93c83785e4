// JSON with exact numbers. A JavaScript number has 53 bits and does not distinguish `1.0` from `1`. Python's integers
// have arbitrary precision, and its `1.0` has a different type than `1`.

/** A number as spelled in JSON, for numbers whose value or Python type a JavaScript number cannot represent. */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }

  /** Makes `JSON.stringify` fail instead of writing an object; use `exactJson`. */
  toJSON(): never {
    throw new TypeError("exact numbers can only be written by `exactJson`");
  }
}

/** The maximum number of digits of an integer; Python does not parse longer ones. */
export const MAX_DIGITS = 4000;

/** A JSON number. A number next to other word characters is a syntax error and is left alone. */
const NUMBER = /(?<![\w.+-])-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])/g;

/** Whether a text may contain a number that needs special care. A false positive only costs time. */
const MAY_NEED_EXACT = /\d{16}|\d\.0|\d[eE]|\.\d{15}/;

/** Marks strings that encode numbers. JSON has only one spelling for it. */
const MARK = "\0";
const SPELLED_MARK = '"\\u0000';

/**
 * Parses JSON like `JSON.parse`, but integers beyond 2^53, numbers beyond a double, and integral floats such as `1.0`
 * and `1e3` become `ExactNumber`s. Throws what `JSON.parse` throws, and a `RangeError` for an integer with more than
 * `MAX_DIGITS` digits.
 */
export function parseExactJson(text: string): unknown {
  if (!MAY_NEED_EXACT.test(text)) return JSON.parse(text);
  return JSON.parse(markNumbers(text), (_key, value: unknown) => {
    if (typeof value !== "string" || !value.startsWith(MARK)) return value;
    const rest = value.slice(MARK.length);
    return rest.startsWith(MARK) ? rest : new ExactNumber(rest);
  });
}

/**
 * Replaces numbers that need special care with marked strings. A string that starts with the mark gets a second one.
 */
function markNumbers(text: string): string {
  let marked = "";
  for (let at = 0; at < text.length; ) {
    const quote = text.indexOf('"', at);
    const start = quote < 0 ? text.length : quote;
    marked += text.slice(at, start).replace(NUMBER, (token) => {
      if (exceedsMaxDigits(token)) throw new RangeError("a number has too many digits");
      return isExact(token) ? token : `${SPELLED_MARK}${token}"`;
    });
    at = endOfText(text, start);
    const isMarked = text.startsWith(SPELLED_MARK, start) && !isKey(text, at);
    marked += isMarked ? SPELLED_MARK + text.slice(start + 1, at) : text.slice(start, at);
  }
  return marked;
}

/** The offset after the quote that closes a string. */
function endOfText(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let before = quote - 1;
    while (before > start && text[before] === "\\") before--;
    if ((quote - before) % 2 === 1) return quote + 1;
  }
  return text.length;
}

/** Whether the string that ends at `end` is a key. */
function isKey(text: string, end: number): boolean {
  const next = /[^ \t\n\r]/g;
  next.lastIndex = end;
  return next.exec(text)?.[0] === ":";
}

/** Whether a number is an integer that Python cannot parse. */
export function exceedsMaxDigits(token: string): boolean {
  return token.length > MAX_DIGITS && /^-?\d+$/.test(token) && token.replace("-", "").length > MAX_DIGITS;
}

/** Whether a JavaScript number represents the same value and prints as the same type. */
function isExact(token: string): boolean {
  const value = Number(token);
  return /[.eE]/.test(token) ? Number.isFinite(value) && !Number.isInteger(value) : Number.isSafeInteger(value);
}

/** Like `JSON.stringify`, but with all digits of bigints and exact numbers. */
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

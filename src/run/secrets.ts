// Hides what the environment holds in everything that a run shows: logs, tracebacks, messages of exceptions.

/** Shorter values are not hidden: they would hide ordinary words and numbers. */
export const LEAST_HIDDEN = 6;

/** From so many characters on, the beginning of a value at the end of a text that was cut off is hidden, too. */
const LEAST_BEGINNING = 3;

/** Letters and digits in a row, as in a token: every way of writing a value leaves them as they are. */
const RANDOM_WORD = /(?=[a-z]*\d)(?=\d*[a-z])[a-z\d]{12,}/gi;

const HIDDEN = "***";

/** A variable that is hidden although the plan does not read it: its name says what it holds. */
const CREDENTIAL =
  /(?:^|_)(?:tokens?|pass(?:word|wd|phrase|code)?|pwd|secrets?|keys?|apikey|credentials?|creds|auth|pat|sas)(?:_|\d|$)/i;

/** Replaces every occurrence of a secret value by `***`; `isCut`: the end of the text was left out. */
export type Redact = (text: string, isCut?: boolean) => string;

/**
 * Hides the values of the named variables, and of those whose names say that they are credentials: as they are, line by
 * line, and in the forms in which code commonly prints them.
 */
export function redactor(names: Iterable<string>, environment: Readonly<Record<string, string | undefined>>): Redact {
  const hidden = new Set(names);
  for (const name of Object.keys(environment)) if (CREDENTIAL.test(name)) hidden.add(name);
  const forms = new Set<string>();
  for (const name of hidden) {
    const value = Object.hasOwn(environment, name) ? (environment[name] ?? "") : "";
    for (const piece of [value, ...value.split(/[\r\n]+/)]) {
      if (piece.trim().length >= LEAST_HIDDEN) for (const form of formsOf(piece)) forms.add(form);
    }
    for (const [word] of value.matchAll(RANDOM_WORD)) forms.add(word);
  }
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  if (longestFirst.length === 0) return (text) => text;
  return (text, isCut = false) => hide(text, longestFirst, isCut);
}

/** As it is; as JSON and as Python write it between quotes; in an address; as base64 and as hexadecimal digits. */
function formsOf(value: string): readonly string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const ascii = json.replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const bytes = Buffer.from(value);
  const python = pythonText(value);
  const address = encodeURIComponent(value.replace(/\p{Cs}/gu, "\ufffd"));
  return [
    value,
    value.trim(),
    json,
    ascii,
    python,
    python.replaceAll("'", "\\'"),
    address,
    pythonAddress(address),
    pythonAddress(address).replaceAll("%20", "+"),
    bytes.toString("base64"),
    bytes.toString("base64url"),
    bytes.toString("hex"),
  ];
}

/** What `repr` prints between its quotes: https://docs.python.org/3/library/functions.html#repr */
function pythonText(value: string): string {
  return value.replace(/[\\\p{Cc}]/gu, (mark) => {
    if (mark === "\\") return "\\\\";
    if (mark === "\n") return "\\n";
    if (mark === "\r") return "\\r";
    if (mark === "\t") return "\\t";
    return `\\x${mark.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}

/** `urllib.parse.quote` writes more characters as numbers than JavaScript does. */
function pythonAddress(address: string): string {
  return address.replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Pieces that overlap are one: of two secrets that share letters, nothing is left of either. */
function hide(text: string, forms: readonly string[], isCut: boolean): string {
  const pieces: [start: number, end: number][] = [];
  for (const form of forms) {
    for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) pieces.push([at, at + form.length]);
    const beginning = isCut ? beginningAtEnd(text, form) : 0;
    if (beginning > 0) pieces.push([text.length - beginning, text.length]);
  }
  if (pieces.length === 0) return text;
  pieces.sort(([a], [b]) => a - b);
  let shown = "";
  let end = 0;
  for (const [from, to] of pieces) {
    if (from >= end) shown += text.slice(end, from) + HIDDEN;
    end = Math.max(end, to);
  }
  return shown + text.slice(end);
}

/** How much of a secret stands at the end of a text. */
function beginningAtEnd(text: string, form: string): number {
  for (let length = Math.min(form.length - 1, text.length); length >= LEAST_BEGINNING; length--) {
    if (text.endsWith(form.slice(0, length))) return length;
  }
  return 0;
}

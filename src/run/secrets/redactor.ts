// Hides secret values of the environment in text that a run shows: logs, tracebacks and messages.
import { compareText } from "../../base/diagnostic.ts";
import { secretTexts } from "./secret-values.ts";
import { spellings } from "./spellings.ts";

/** Shorter values are not hidden, because they would also match ordinary words and numbers. */
export const MIN_HIDDEN = 6;

/** At the end of a text that was cut off, the beginning of a value is hidden if it has at least this many characters. */
const MIN_BEGINNING = 3;

const HIDDEN = "***";

/** Replaces every occurrence of a secret value with `***`. `isCut` is true if the end of the text was cut off. */
export type Redact = (text: string, isCut?: boolean) => string;

/** Options of a redactor. */
export interface RedactorOptions {
  /** Additional secret texts, such as values that are used as credentials. */
  readonly values?: Iterable<string>;
  /** The folder of the definition. Defaults to the working directory. */
  readonly root?: string;
}

/**
 * Makes a function that hides the values of the named variables, and of variables whose names or values show that they are
 * credentials (`secret-values.ts`). Values are hidden as they are and in common encodings (`spellings.ts`).
 */
export function redactor(
  names: Iterable<string>,
  environment: Readonly<Record<string, string | undefined>>,
  { values = [], root = process.cwd() }: RedactorOptions = {},
): Redact {
  const planned = new Set(names);
  const secrets = new Set<string>();
  for (const [name, value = ""] of Object.entries(environment)) {
    for (const text of secretTexts(name, value, planned.has(name), root)) secrets.add(text);
  }
  for (const text of values) secrets.add(text);
  const forms = indexForms(secrets);
  return forms === undefined ? (text) => text : (text, isCut = false) => hide(text, forms, isCut);
}

/** The number of characters by which a form is looked up. Each form has at least this many. */
const BEGINNING = MIN_HIDDEN;

/** The spellings of all secrets, indexed for lookup. */
interface Forms {
  /** Each form, and whether it is a piece of Base64. */
  readonly all: ReadonlyMap<string, boolean>;
  /** By beginning: the lengths of the forms with this beginning, in descending order. */
  readonly lengths: ReadonlyMap<string, readonly number[]>;
  /** The sorted forms. Sorting is done on demand. */
  readonly sorted: () => readonly string[];
}

function indexForms(secrets: Iterable<string>): Forms | undefined {
  const all = new Map<string, boolean>();
  for (const secret of secrets) {
    if (secret.trim().length < MIN_HIDDEN) continue;
    for (const { text, isBase64 } of spellings(secret)) {
      for (const part of partsOf(text)) {
        if (part.trim().length >= MIN_HIDDEN && !all.has(part)) all.set(part, isBase64);
      }
    }
  }
  if (all.size === 0) return undefined;
  const lengths = new Map<string, number[]>();
  for (const text of all.keys()) {
    const beginning = text.slice(0, BEGINNING);
    const known = lengths.get(beginning);
    if (known === undefined) lengths.set(beginning, [text.length]);
    else if (!known.includes(text.length)) known.push(text.length);
  }
  for (const each of lengths.values()) each.sort((a, b) => b - a);
  let sorted: readonly string[] | undefined;
  return {
    all,
    lengths,
    sorted: () => {
      sorted ??= [...all.keys()].sort(compareText);
      return sorted;
    },
  };
}

/** The length of the parts into which a long secret is split. It limits how much each position of a text is compared with. */
const PART = 1024;

function* partsOf(text: string): Generator<string> {
  let at = 0;
  for (; text.length - at >= 2 * PART; at += PART) yield text.slice(at, at + PART);
  yield text.slice(at);
}

/** Hides all forms in a text. Overlapping matches are merged, so that no part of an overlapped secret stays visible. */
function hide(text: string, forms: Forms, isCut: boolean): string {
  // An incomplete character at the end does not belong to any form.
  const cut = isCut ? text.length - (/\ufffd*$/.exec(text)?.[0].length ?? 0) : undefined;
  let shown = "";
  let hidden = 0; // the text before this offset is already handled
  const add = ({ start, end }: Piece): void => {
    if (start >= hidden) shown += text.slice(hidden, start) + HIDDEN;
    hidden = Math.max(hidden, end);
  };
  for (let at = 0; at + BEGINNING <= text.length; at++) {
    const lengths = forms.lengths.get(text.slice(at, at + BEGINNING));
    const piece = lengths && hiddenAt(text, at, lengths, forms, cut);
    if (piece !== undefined) add(piece);
  }
  if (cut !== undefined) {
    const length = shortBeginning(text.slice(0, cut), forms.sorted());
    if (length > 0) add({ start: cut - length, end: cut });
  }
  return hidden === 0 ? text : shown + text.slice(hidden);
}

interface Piece {
  readonly start: number;
  readonly end: number;
}

/** The longest form that begins at an offset, or the remaining beginning of a form where the text was cut off. */
function hiddenAt(
  text: string,
  at: number,
  lengths: readonly number[],
  forms: Forms,
  cut: number | undefined,
): Piece | undefined {
  // No form that begins here matches more characters than this. It keeps the cost linear in the length of the text.
  const most = longestBeginning(text.slice(at, at + (lengths[0] ?? 0)), forms.sorted());
  const length = lengths.find((each) => each <= most && forms.all.has(text.slice(at, at + each))) ?? 0;
  const end = at + most;
  if (most > length && (end === cut || CUT.test(text.slice(end, end + 4)))) return { start: at, end };
  if (length === 0) return undefined;
  const isBase64 = forms.all.get(text.slice(at, at + length)) === true;
  return isBase64 ? withNeighbors(text, at, at + length) : { start: at, end: at + length };
}

/** The ellipsis with which a message abbreviates text. */
const CUT = /^["'`]?(?:\.\.\.|…)/;

/** How many characters at the end of a text are the beginning of a form, if they are too few to be looked up. */
function shortBeginning(text: string, sorted: readonly string[]): number {
  for (let length = Math.min(BEGINNING - 1, text.length); length >= MIN_BEGINNING; length--) {
    if (longestBeginning(text.slice(-length), sorted) === length) return length;
  }
  return 0;
}

/** Includes the neighboring Base64 characters, which may contain the first and last bits of the secret. */
function withNeighbors(text: string, from: number, to: number): Piece {
  const start = /[a-z\d+/_-]/i.test(text[from - 1] ?? "") ? from - 1 : from;
  const after = /^[a-z\d+/_-]?={0,2}/i.exec(text.slice(to, to + 3));
  return { start, end: to + (after?.[0].length ?? 0) };
}

/** The length of the longest common prefix of a text and any of the sorted texts. */
function longestBeginning(text: string, sorted: readonly string[]): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] ?? "") < text) from = middle + 1;
    else to = middle;
  }
  return Math.max(commonLength(text, sorted[from - 1] ?? ""), commonLength(text, sorted[from] ?? ""));
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

// Hides what the environment holds in everything that a run shows: logs, tracebacks, messages of exceptions.
import { compareText } from "../../base/diagnostic.ts";
import { secretTexts } from "./secret-values.ts";
import { spellings } from "./spellings.ts";

/** Shorter values are not hidden: they would hide ordinary words and numbers. */
export const MIN_HIDDEN = 6;

/** From so many characters on, the beginning of a value at the end of a text that was cut off is hidden, too. */
const MIN_BEGINNING = 3;

const HIDDEN = "***";

/** Replaces every occurrence of a secret value by `***`; `isCut`: the end of the text was left out. */
export type Redact = (text: string, isCut?: boolean) => string;

/** What a redactor knows besides the environment. */
export interface RedactorOptions {
  /** More secret texts: values that are used as credentials. */
  readonly values?: Iterable<string>;
  /** The folder of the definition; the working folder, when absent. */
  readonly root?: string;
}

/**
 * Hides the values of the named variables, and of those whose names or values say that they are credentials
 * (`secret-values.ts`): as they are and in the ways in which code commonly writes them down (`spellings.ts`).
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

/** Characters by which a form is looked up: the beginning that all of them have. */
const BEGINNING = MIN_HIDDEN;

/** The spellings of all secrets. */
interface Forms {
  /** Each, and whether it is a piece of base64. */
  readonly all: ReadonlyMap<string, boolean>;
  /** By their beginnings: the lengths of those that begin so, the greatest first. */
  readonly lengths: ReadonlyMap<string, readonly number[]>;
  /** In the order of their characters; made when it is asked for. */
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

/** A long text is hidden part by part, so that no place of a message is compared with more. */
const PART = 1024;

function* partsOf(text: string): Generator<string> {
  let at = 0;
  for (; text.length - at >= 2 * PART; at += PART) yield text.slice(at, at + PART);
  yield text.slice(at);
}

/** Pieces that overlap are one: of two secrets that share letters, nothing is left of either. */
function hide(text: string, forms: Forms, isCut: boolean): string {
  // Half a character at the end is no part of any form.
  const cut = isCut ? text.length - (/\ufffd*$/.exec(text)?.[0].length ?? 0) : undefined;
  let shown = "";
  let hidden = 0; // up to here, everything is shown or hidden
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

/** The longest form that begins at a place, or as much of one as is left of it where a text was cut off. */
function hiddenAt(
  text: string,
  at: number,
  lengths: readonly number[],
  forms: Forms,
  cut: number | undefined,
): Piece | undefined {
  // Nothing longer than this can begin here: a text of secrets that are cut off costs no more than its length.
  const most = longestBeginning(text.slice(at, at + (lengths[0] ?? 0)), forms.sorted());
  const length = lengths.find((each) => each <= most && forms.all.has(text.slice(at, at + each))) ?? 0;
  const end = at + most;
  if (most > length && (end === cut || CUT.test(text.slice(end, end + 4)))) return { start: at, end };
  if (length === 0) return undefined;
  const isBase64 = forms.all.get(text.slice(at, at + length)) === true;
  return isBase64 ? withNeighbors(text, at, at + length) : { start: at, end: at + length };
}

/** How a message goes on when it has left something out. */
const CUT = /^["'`]?(?:\.\.\.|…)/;

/** How many of the last characters of a text are the beginning of a form, of those that are too short to be looked up. */
function shortBeginning(text: string, sorted: readonly string[]): number {
  for (let length = Math.min(BEGINNING - 1, text.length); length >= MIN_BEGINNING; length--) {
    if (longestBeginning(text.slice(-length), sorted) === length) return length;
  }
  return 0;
}

/** The first and the last bits of a text in base64 may be in the characters beside the piece. */
function withNeighbors(text: string, from: number, to: number): Piece {
  const start = /[a-z\d+/_-]/i.test(text[from - 1] ?? "") ? from - 1 : from;
  const after = /^[a-z\d+/_-]?={0,2}/i.exec(text.slice(to, to + 3));
  return { start, end: to + (after?.[0].length ?? 0) };
}

/** How many of its first characters a text shares with one of some sorted texts. */
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

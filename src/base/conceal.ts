import { compareText } from "./diagnostic.ts";
import type { Source, Span } from "./source.ts";

/** The mask that replaces a secret in a message. */
export const HIDDEN = "***";

/**
 * Returns the source with the given pieces masked by asterisks. Lengths and line ends are unchanged, so all offsets
 * stay valid.
 */
export function concealedSource(source: Source, pieces: readonly Pick<Span, "start" | "end">[]): Source {
  if (pieces.length === 0) return source;
  let text = "";
  let at = 0;
  for (const { start, end } of [...pieces].sort((a, b) => a.start - b.start)) {
    if (end <= at) continue;
    const from = Math.max(start, at);
    text += source.text.slice(at, from) + source.text.slice(from, end).replace(/[^\r\n]/g, "*");
    at = end;
  }
  return { path: source.path, text: text + source.text.slice(at) };
}

/** The length of the prefix by which secrets are looked up; shorter secrets are looked up as a whole. */
const BEGINNING = 6;

/** What a message appends to a truncated name. */
const CUT = "…";

/** Secrets with the same prefix. */
interface Alike {
  readonly all: Set<string>;
  /** Their lengths in ascending order, and the secrets sorted; built lazily. */
  index?: { readonly lengths: readonly number[]; readonly sorted: readonly string[] };
}

/** Returns a function that masks these secrets in a message, complete or truncated. */
export function concealer(secrets: Iterable<string>): (text: string) => string {
  const byBeginning = new Map<string, Alike>();
  const lengths = new Set<number>();
  for (const secret of secrets) {
    const beginning = secret.slice(0, BEGINNING);
    if (beginning === "") continue;
    lengths.add(beginning.length);
    const alike = byBeginning.get(beginning) ?? { all: new Set() };
    byBeginning.set(beginning, alike);
    alike.all.add(secret);
  }
  if (byBeginning.size === 0) return (text) => text;
  return (text) => {
    let concealed = "";
    let copied = 0;
    let cut = text.indexOf(CUT);
    for (let at = 0; at < text.length; at++) {
      if (cut >= 0 && cut < at) cut = text.indexOf(CUT, at);
      let length = 0;
      for (const size of lengths) {
        const alike = byBeginning.get(text.slice(at, at + size));
        if (alike !== undefined) length = Math.max(length, hiddenLength(alike, text, at, cut));
      }
      if (length === 0) continue;
      concealed += text.slice(copied, at) + HIDDEN;
      copied = at + length;
      at = copied - 1;
    }
    return concealed + text.slice(copied);
  };
}

/** The length of the secret at an offset, complete or truncated; 0 if there is none. */
function hiddenLength(alike: Alike, text: string, at: number, cut: number): number {
  const { all } = alike;
  alike.index ??= {
    lengths: [...new Set(Array.from(all, ({ length }) => length))].sort((a, b) => a - b),
    sorted: [...all].sort(compareText),
  };
  const { lengths, sorted } = alike.index;
  let whole = 0;
  for (const length of lengths) {
    if (at + length > text.length) break;
    if (all.has(text.slice(at, at + length))) whole = length;
  }
  const left = cut - at;
  return left > whole && left < (lengths[lengths.length - 1] ?? 0) && isBeginning(sorted, text.slice(at, cut))
    ? left
    : whole;
}

/** Whether one of the sorted texts starts with `beginning`. */
function isBeginning(sorted: readonly string[], beginning: string): boolean {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] ?? "") < beginning) from = middle + 1;
    else to = middle;
  }
  return sorted[from]?.startsWith(beginning) === true;
}

import { compareText } from "./diagnostic.ts";
import { type Source, type Span, showAs } from "./source.ts";

/** The mark that stands for a secret in a message. */
export const HIDDEN = "***";

/** The same source with the given pieces starred out. Lengths and line ends stay, so every offset keeps its place. */
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
  return showAs(source, text + source.text.slice(at));
}

/** Secrets are looked up by so many characters, or all that they have. */
const BEGINNING = 6;

/** What a message ends a long name with. */
const CUT = "…";

/** Secrets that begin alike. */
interface Alike {
  readonly all: Set<string>;
  /** Their lengths, the smallest first, and they themselves in the order of their characters; made when they are asked for. */
  index?: { readonly lengths: readonly number[]; readonly sorted: readonly string[] };
}

/** A function that puts a mark where one of these texts stands in a message, whole or cut off. */
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

/** How much of one of these secrets stands at a place: all of it, or what was left when it was cut off; else 0. */
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

/** Whether one of some sorted texts begins like this. */
function isBeginning(sorted: readonly string[], beginning: string): boolean {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] ?? "") < beginning) from = middle + 1;
    else to = middle;
  }
  return sorted[from]?.startsWith(beginning) === true;
}

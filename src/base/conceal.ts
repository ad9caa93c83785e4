import { compareText } from "./diagnostic.ts";
import { type Source, type Span, showAs } from "./source.ts";

/** The mask that replaces a secret in a message. */
export const MASK = "***";

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
  return showAs(source, text + source.text.slice(at));
}

/** The length of the prefix by which secrets are looked up; shorter secrets are looked up as a whole. */
const PREFIX_LENGTH = 6;

/** What a message appends to a truncated name. */
const ELLIPSIS = "…";

/** Secrets with the same prefix. */
interface PrefixGroup {
  readonly all: Set<string>;
  /** Their lengths in ascending order, and the secrets sorted; built lazily. */
  index?: { readonly lengths: readonly number[]; readonly sorted: readonly string[] };
}

/** Returns a function that masks these secrets in a message, complete or truncated. */
export function concealer(secrets: Iterable<string>): (text: string) => string {
  const byPrefix = new Map<string, PrefixGroup>();
  const lengths = new Set<number>();
  for (const secret of secrets) {
    const prefix = secret.slice(0, PREFIX_LENGTH);
    if (prefix === "") continue;
    lengths.add(prefix.length);
    const group = byPrefix.get(prefix) ?? { all: new Set() };
    byPrefix.set(prefix, group);
    group.all.add(secret);
  }
  if (byPrefix.size === 0) return (text) => text;
  return (text) => {
    let concealed = "";
    let copied = 0;
    let cut = text.indexOf(ELLIPSIS);
    for (let at = 0; at < text.length; at++) {
      if (cut >= 0 && cut < at) cut = text.indexOf(ELLIPSIS, at);
      let length = 0;
      for (const size of lengths) {
        const group = byPrefix.get(text.slice(at, at + size));
        if (group !== undefined) length = Math.max(length, maskedLength(group, text, at, cut));
      }
      if (length === 0) continue;
      concealed += text.slice(copied, at) + MASK;
      copied = at + length;
      at = copied - 1;
    }
    return concealed + text.slice(copied);
  };
}

/** The length of the secret at an offset, complete or truncated; 0 if there is none. */
function maskedLength(group: PrefixGroup, text: string, at: number, cut: number): number {
  const { all } = group;
  group.index ??= {
    lengths: [...new Set(Array.from(all, ({ length }) => length))].sort((a, b) => a - b),
    sorted: [...all].sort(compareText),
  };
  const { lengths, sorted } = group.index;
  let whole = 0;
  for (const length of lengths) {
    if (at + length > text.length) break;
    if (all.has(text.slice(at, at + length))) whole = length;
  }
  const left = cut - at;
  return left > whole && left < (lengths[lengths.length - 1] ?? 0) && isPrefixOfAny(sorted, text.slice(at, cut))
    ? left
    : whole;
}

/** Whether one of the sorted texts starts with `beginning`. */
function isPrefixOfAny(sorted: readonly string[], prefix: string): boolean {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] ?? "") < prefix) from = middle + 1;
    else to = middle;
  }
  return sorted[from]?.startsWith(prefix) === true;
}

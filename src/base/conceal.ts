import type { Source, Span } from "./source.ts";

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
  return { path: source.path, text: text + source.text.slice(at) };
}

/** Secrets are looked up by so many characters, or all that they have. */
const BEGINNING = 6;

/** What a message ends a long name with. */
const CUT = "…";

/** A function that puts a mark where one of these texts stands in a message, whole or cut off. */
export function concealer(secrets: Iterable<string>): (text: string) => string {
  const byBeginning = new Map<string, string[]>();
  const lengths = new Set<number>();
  for (const secret of new Set(secrets)) {
    const beginning = secret.slice(0, BEGINNING);
    if (beginning === "") continue;
    lengths.add(beginning.length);
    const others = byBeginning.get(beginning);
    if (others === undefined) byBeginning.set(beginning, [secret]);
    else others.push(secret);
  }
  if (byBeginning.size === 0) return (text) => text;
  const lengthAt = (text: string, at: number): number => {
    let longest = 0;
    for (const length of lengths) {
      for (const secret of byBeginning.get(text.slice(at, at + length)) ?? [])
        longest = Math.max(longest, hiddenLength(text, at, secret));
    }
    return longest;
  };
  return (text) => {
    let concealed = "";
    let copied = 0;
    for (let at = 0; at < text.length; at++) {
      const length = lengthAt(text, at);
      if (length === 0) continue;
      concealed += text.slice(copied, at) + HIDDEN;
      copied = at + length;
      at = copied - 1;
    }
    return concealed + text.slice(copied);
  };
}

/** How much of a secret stands at a place: all of it, or what was left when it was cut off; else 0. */
function hiddenLength(text: string, at: number, secret: string): number {
  if (text.startsWith(secret, at)) return secret.length;
  let length = 0;
  while (length < secret.length && text[at + length] === secret[length]) length++;
  return text[at + length] === CUT ? length : 0;
}

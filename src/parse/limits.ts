/** Bounds that keep a hostile file cheap. */
export const LIMITS = { depth: 64, aliasedNodes: 100_000 } as const;

/** What a reader of YAML makes of a text takes hundreds of bytes for each mark: so many are read. */
export const MOST_MARKS = 2_000_000;

/** Where a text has more marks than are read; `undefined` for every text that is no attack. */
export function tooManyMarksAt(text: string): number | undefined {
  if (text.length <= MOST_MARKS / 4) return undefined;
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 128) count += WEIGHTS[code] ?? 0;
    if (count > MOST_MARKS) return at;
  }
  return undefined;
}

/** A mark takes as long to read as so many other characters. */
const PER_MARK = 8;

/** What it costs to read a text, in characters of one that has few marks. */
export function costOfReading(text: string): number {
  let marks = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 128) marks += WEIGHTS[code] ?? 0;
  }
  return Math.max(text.length, PER_MARK * marks);
}

/** Marks that begin or end something, and tabs, which may stand for indentation; anchors, aliases and tags weigh more. */
const WEIGHTS = Uint8Array.from({ length: 128 }, (_, code) => {
  const mark = String.fromCharCode(code);
  return "&*!".includes(mark) ? 4 : "-?:,[]{}#\n\t".includes(mark) ? 1 : 0;
});

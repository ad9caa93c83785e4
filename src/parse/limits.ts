/** Limits that bound the cost of a hostile file. */
export const LIMITS = { depth: 64, aliasedNodes: 100_000 } as const;

/** The parser needs hundreds of bytes per mark, so the number of marks is limited. */
export const MAX_MARKS = 2_000_000;

/** The offset at which a text exceeds the limit; `undefined` for every text that is not an attack. */
export function tooManyMarksAt(text: string): number | undefined {
  if (text.length <= MAX_MARKS / 4) return undefined;
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 128) count += WEIGHTS[code] ?? 0;
    if (count > MAX_MARKS) return at;
  }
  return undefined;
}

/** A mark takes as long to parse as this many other characters. */
const PER_MARK = 8;

/** The cost of parsing a text, in characters of a text with few marks. */
export function costOfReading(text: string): number {
  let marks = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 128) marks += WEIGHTS[code] ?? 0;
  }
  return Math.max(text.length, PER_MARK * marks);
}

/**
 * The weight of each character: marks that start or end something, and tabs, which may be indentation. Anchors, aliases
 * and tags weigh more.
 */
const WEIGHTS = Uint8Array.from({ length: 128 }, (_, code) => {
  const mark = String.fromCharCode(code);
  return "&*!".includes(mark) ? 4 : "-?:,[]{}#\n\t".includes(mark) ? 1 : 0;
});

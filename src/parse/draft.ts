import type { Source, Span } from "../base/source.ts";

/** A copy of a source in which mistakes are repaired one by one. Every character knows its origin in the source. */
export interface Draft {
  readonly source: Source;
  readonly text: string;
  /** The source offset of each character and of the end; undefined while nothing was moved. */
  readonly origins: Int32Array | undefined;
}

/** A range of offsets, end exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A draft identical to the source. */
export function draftOf(source: Source): Draft {
  return { source, text: source.text, origins: undefined };
}

/** The source offset of a draft offset. */
export function originOf({ origins, text }: Draft, offset: number): number {
  return origins?.[Math.min(Math.max(offset, 0), text.length)] ?? offset;
}

/** The source span of a draft range. */
export function originSpan(draft: Draft, start: number, end: number): Span {
  const [from, to] = [originOf(draft, start), originOf(draft, end)];
  // After a moved piece, the next character of the draft is not the next one of the source.
  return { source: draft.source, start: from, end: to >= from ? to : Math.max(from, originOf(draft, end - 1) + 1) };
}

/** Overwrites a range with letters or spaces of the same length; line ends are kept. */
export function cover(draft: Draft, start: number, end: number, filler: "x" | " "): Draft {
  return coverAll(draft, [{ start, end }], filler);
}

/** Overwrites several ranges, which must be in text order. */
export function coverAll(draft: Draft, ranges: readonly Range[], filler: "x" | " "): Draft {
  const pieces: string[] = [];
  let at = 0;
  for (const { start, end } of ranges) {
    pieces.push(draft.text.slice(at, start), draft.text.slice(start, end).replace(/[^\r\n]/g, filler));
    at = end;
  }
  return { ...draft, text: pieces.join("") + draft.text.slice(at) };
}

/** A range and its new text. */
export interface Replacement extends Range {
  readonly text: string;
}

/** Replaces ranges, which must be in text order. New text originates at the start of its range. */
export function replace(draft: Draft, replacements: readonly Replacement[]): Draft {
  const texts: string[] = [];
  const added = replacements.reduce((sum, { start, end, text }) => sum + text.length - (end - start), 0);
  const origins = new Int32Array(draft.text.length + added + 1);
  let to = 0;
  const copy = (start: number, end: number) => {
    texts.push(draft.text.slice(start, end));
    for (let at = start; at < end; at++) origins[to++] = originOf(draft, at);
  };
  let at = 0;
  for (const { start, end, text } of replacements) {
    copy(at, start);
    texts.push(text);
    origins.fill(originOf(draft, start), to, to + text.length);
    to += text.length;
    at = end;
  }
  copy(at, draft.text.length);
  origins[to] = draft.source.text.length;
  return { source: draft.source, text: texts.join(""), origins };
}

/** One line of a draft. */
export interface Line {
  readonly start: number;
  /** The end of the line, before the line break. */
  readonly end: number;
  /** The number of leading spaces and tabs. */
  readonly indent: number;
  /** The line without indentation, comment and trailing whitespace; empty if nothing is left. */
  readonly content: string;
}

/** The lines of a draft. */
export function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  for (let start = text.charCodeAt(0) === 0xfeff ? 1 : 0; start <= text.length; ) {
    const newline = text.indexOf("\n", start);
    const stop = newline < 0 ? text.length : newline;
    const end = stop > start && text[stop - 1] === "\r" ? stop - 1 : stop;
    let indent = 0;
    while (start + indent < end && (text[start + indent] === " " || text[start + indent] === "\t")) indent++;
    lines.push({ start, end, indent, content: withoutComment(text.slice(start + indent, end)) });
    if (newline < 0) break;
    start = newline + 1;
  }
  return lines;
}

/** The range of a line's content. */
export function contentOf({ start, indent, content }: Line): Range {
  return { start: start + indent, end: start + indent + content.length };
}

/** The index of the line that contains an offset. */
export function lineAt(lines: readonly Line[], offset: number): number {
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lines[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The index of the next line with content. */
export function nextContent(lines: readonly Line[], index: number): number | undefined {
  for (let at = index + 1; at < lines.length; at++) if (lines[at]?.content !== "") return at;
  return undefined;
}

/** The index of the previous line with content. */
export function previousContent(lines: readonly Line[], index: number): number | undefined {
  for (let at = index - 1; at >= 0; at--) if (lines[at]?.content !== "") return at;
  return undefined;
}

function withoutComment(text: string): string {
  return text.replace(/(?:^|\s)#.*$/s, "").trimEnd();
}

import type { Source, Span } from "../base/source.ts";

/** A copy of a source in which mistakes are mended one by one; each character knows where it comes from. */
export interface Draft {
  readonly source: Source;
  readonly text: string;
  /** The source offset of each character and of the end; absent while nothing was moved. */
  readonly origins: Int32Array | undefined;
}

/** A piece of a text in offsets, end exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A draft that is still the source. */
export function draftOf(source: Source): Draft {
  return { source, text: source.text, origins: undefined };
}

/** Where an offset of the draft is in the source. */
export function originOf({ origins, text }: Draft, offset: number): number {
  return origins?.[Math.min(Math.max(offset, 0), text.length)] ?? offset;
}

/** The place in the source of a piece of the draft. */
export function originSpan(draft: Draft, start: number, end: number): Span {
  const [from, to] = [originOf(draft, start), originOf(draft, end)];
  // Behind a piece that was moved stands what does not follow it in the source.
  return { source: draft.source, start: from, end: to >= from ? to : Math.max(from, originOf(draft, end - 1) + 1) };
}

/** Covers a piece with letters or blanks, as many as it has characters; line ends stay. */
export function cover(draft: Draft, start: number, end: number, filler: "x" | " "): Draft {
  return coverAll(draft, [{ start, end }], filler);
}

/** Covers several pieces, in the order of the text. */
export function coverAll(draft: Draft, ranges: readonly Range[], filler: "x" | " "): Draft {
  const pieces: string[] = [];
  let at = 0;
  for (const { start, end } of ranges) {
    pieces.push(draft.text.slice(at, start), draft.text.slice(start, end).replace(/[^\r\n]/g, filler));
    at = end;
  }
  return { ...draft, text: pieces.join("") + draft.text.slice(at) };
}

/** Pieces to replace, in the order of the text. */
export interface Replacement extends Range {
  readonly text: string;
}

/** Replaces pieces; what is put in stands where the piece began. */
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
  /** Where it ends, before the line end. */
  readonly end: number;
  /** How many blanks it begins with; a tab counts as one. */
  readonly indent: number;
  /** Without indentation, comment and blanks at the end; empty for a line that holds nothing. */
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

/** Where the content of a line begins and ends. */
export function contentOf({ start, indent, content }: Line): Range {
  return { start: start + indent, end: start + indent + content.length };
}

/** The line that an offset stands in. */
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

/** The next line that holds something. */
export function nextContent(lines: readonly Line[], index: number): number | undefined {
  for (let at = index + 1; at < lines.length; at++) if (lines[at]?.content !== "") return at;
  return undefined;
}

/** The line before that holds something. */
export function previousContent(lines: readonly Line[], index: number): number | undefined {
  for (let at = index - 1; at >= 0; at--) if (lines[at]?.content !== "") return at;
  return undefined;
}

function withoutComment(text: string): string {
  return text.replace(/(?:^|\s)#.*$/s, "").trimEnd();
}

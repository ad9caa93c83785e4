// Takes a syntax error out of a copy of the text without moving anything: wrong characters become blanks or letters of
// the same number, so that every offset stays true and the rest of the file can be read.
import type { Source, Span } from "../base/source.ts";
import type { Problem } from "./problem.ts";

/** A syntax error as the YAML reader reports it, in offsets. */
export interface YamlError {
  readonly code: string;
  readonly message: string;
  readonly start: number;
  readonly end: number;
  /** For an unclosed quote or bracket: where it was opened. */
  readonly opened: number | undefined;
}

/** What was changed: the new text, what to report, and which places can no longer be trusted. */
export interface Mended {
  readonly text: string;
  readonly problems: readonly Problem[];
  readonly holes: readonly Range[];
  /** Where unquoted expressions were covered with letters; the tree takes their text from the source. */
  readonly covered: readonly Range[];
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The traps that people of this format meet most, recognised from the text. */
export function mendKnownTraps(source: Source): Mended {
  const problems: Problem[] = [];
  const holes: Range[] = [];
  let text = source.text;
  for (const { ours, theirs, end } of mergeConflicts(text)) {
    problems.push({ kind: "merge-conflict", span: lineSpan(source, ours), end: lineSpan(source, end) });
    text = cover(text, ours, lineEnd(text, ours), " ");
    text = cover(text, theirs, lineEnd(text, end), " ");
    holes.push({ start: ours, end: lineEnd(text, end) });
  }
  for (const match of text.matchAll(
    /^([ \t]*(?:- +)?entrypoint:[ \t]+)([^\s#'"{[&*!|>%@`][^\s#]*?:[ \t]+[^\s#]+)[ \t]*(?:#.*)?\r?$/gm,
  )) {
    const start = match.index + (match[1]?.length ?? 0);
    const written = match[2] ?? "";
    const end = start + written.length;
    problems.push({ kind: "spaced-entrypoint", span: { source, start, end }, written });
    text = cover(text, start, end, "x");
    holes.push({ start, end });
  }
  const covered: Range[] = [];
  for (const match of text.matchAll(/\$\{(?:[^{}\n"']|"[^"{}\n]*"|'[^'{}\n]*')*\}/g)) {
    const range = { start: match.index, end: match.index + match[0].length };
    covered.push(range);
    text = cover(text, range.start, range.end, "x");
  }
  return { text, problems, holes, covered };
}

/** Takes one syntax error out; the text stays the same only when nothing could be done. */
export function mendError(source: Source, text: string, error: YamlError): Mended {
  const { code, opened } = error;
  if (code === "TAB_AS_INDENT") return mendTabs(source, text, error.start);
  if (opened !== undefined) {
    const end = lineEnd(text, opened);
    return mended(source, cover(text, opened, end, "x"), error, { start: opened, end: opened + 1 }, [
      { start: opened, end },
    ]);
  }
  if (code === "BLOCK_AS_IMPLICIT_KEY") {
    const end = contentEnd(text, error.start);
    return mended(source, cover(text, error.start, end, "x"), error, { start: error.start, end }, [
      { start: error.start, end },
    ]);
  }
  if (code === "TAG_RESOLVE_FAILED") {
    return mended(source, cover(text, error.start, error.end, " "), error, error, []);
  }
  if (LOCAL.has(code)) {
    const end = Math.max(error.end, error.start + (code === "BAD_DQ_ESCAPE" ? 2 : 1));
    return mended(source, cover(text, error.start, end, "x"), error, { start: error.start, end }, [
      { start: error.start, end },
    ]);
  }
  const isBlank = text[error.start] === "\n" || text[error.start] === " ";
  const start = isBlank ? contentStart(text, error.start) : error.start;
  const end = contentEnd(text, start);
  let rest = cover(text, start, lineEnd(text, start), " ");
  if (code === "BAD_INDENT") rest = coverChildren(rest, text, start);
  if (rest === text) rest = cover(text, lineStart(text, start), lineEnd(text, start), " ");
  return mended(source, rest, error, { start, end: Math.max(end, Math.min(start + 1, text.length)) }, []);
}

/** The marker lines of each merge conflict: `<<<<<<<`, `=======`, `>>>>>>>`. */
function mergeConflicts(
  text: string,
): readonly { readonly ours: number; readonly theirs: number; readonly end: number }[] {
  const conflicts = [];
  let ours: number | undefined;
  let theirs: number | undefined;
  for (const { index, 0: marker } of text.matchAll(/^(?:<{7}|={7}|>{7})(?=\s|$)/gm)) {
    if (marker.startsWith("<")) [ours, theirs] = [index, undefined];
    else if (marker.startsWith("=")) theirs = index;
    else if (ours !== undefined && theirs !== undefined) {
      conflicts.push({ ours, theirs, end: index });
      [ours, theirs] = [undefined, undefined];
    }
  }
  return conflicts;
}

/** Errors after which the reader goes on as if nothing had been there. */
const LOCAL = new Set([
  "ALIAS_PROPS",
  "BAD_ALIAS",
  "BAD_DQ_ESCAPE",
  "BAD_PROP_ORDER",
  "BAD_SCALAR_START",
  "MULTIPLE_ANCHORS",
  "MULTIPLE_TAGS",
]);

function mended(source: Source, text: string, error: YamlError, at: Range, holes: readonly Range[]): Mended {
  const span: Span = { source, start: at.start, end: at.end };
  const problem: Problem = { kind: "yaml-syntax", span, code: error.code, detail: error.message };
  return { text, problems: [problem], holes, covered: [] };
}

/** All lines from here on whose indentation has a tab are one mistake. */
function mendTabs(source: Source, text: string, at: number): Mended {
  const first = lineStart(text, at);
  let end = first;
  let lines = 0;
  let mendedText = text;
  for (let start = first; start < text.length; start = lineEnd(text, start) + 1) {
    const line = text.slice(start, lineEnd(text, start));
    if (lines > 0 && !/^ *\t/.test(line) && line.trim() !== "") break;
    if (line.trim() !== "") lines += 1;
    end = start + line.length;
    mendedText = cover(mendedText, start, end, " ");
  }
  const blanks = /^[ \t]*/.exec(source.text.slice(first, end))?.[0] ?? "";
  const start = first + Math.max(blanks.indexOf("\t"), 0);
  const span = { source, start, end: Math.max(first + blanks.length, start + 1) };
  return {
    text: mendedText,
    problems: [{ kind: "tab-indentation", span, lines }],
    holes: [{ start: first, end }],
    covered: [],
  };
}

/** Blanks out the lines below that are indented further than the one at `at`. */
function coverChildren(text: string, original: string, at: number): string {
  const indent = at - lineStart(original, at);
  let result = text;
  for (let start = lineEnd(original, at) + 1; start < original.length; start = lineEnd(original, start) + 1) {
    const line = original.slice(start, lineEnd(original, start));
    if (line.trim() !== "" && line.search(/\S/) <= indent) break;
    result = cover(result, start, start + line.length, " ");
  }
  return result;
}

function cover(text: string, start: number, end: number, filler: "x" | " "): string {
  const covered = text.slice(start, end).replace(/[^\r\n]/g, filler);
  return text.slice(0, start) + covered + text.slice(end);
}

function lineStart(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}

/** The offset of the line's `\n`, or the end of the text. */
function lineEnd(text: string, at: number): number {
  const newline = text.indexOf("\n", at);
  return newline < 0 ? text.length : newline;
}

function contentStart(text: string, at: number): number {
  const from = text[at] === "\n" ? at + 1 : lineStart(text, at);
  const blanks = /^[ \t]*/.exec(text.slice(from, lineEnd(text, from)))?.[0].length ?? 0;
  return Math.max(from + blanks, at);
}

/** Where what is written from here ends: before a comment and the blanks at the end of the line. */
function contentEnd(text: string, at: number): number {
  const line = text
    .slice(at, lineEnd(text, at))
    .replace(/\s#.*$/, "")
    .trimEnd();
  return at + line.length;
}

function lineSpan(source: Source, at: number): Span {
  return { source, start: at, end: contentEnd(source.text.replaceAll("#", "x"), at) };
}

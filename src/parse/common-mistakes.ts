// Detects the most common mistakes in definitions from the text alone.
import type { Source, Span } from "../base/source.ts";
import { coverAll, type Draft, type Range } from "./draft.ts";
import type { Problem } from "./problem.ts";

/** The draft after these mistakes were blanked out. */
export interface CleanedDraft {
  readonly draft: Draft;
  readonly problems: readonly Problem[];
  readonly holes: readonly Range[];
  /** Where unquoted expressions were replaced by letters; the tree takes their text from the source. */
  readonly covered: readonly Range[];
}

/**
 * Blanks out lines that are not YAML: code fences, and the markers of merge conflicts with every side but the first.
 */
export function coverConflicts(draft: Draft): CleanedDraft {
  const { source } = draft;
  const problems: Problem[] = [];
  const holes: Range[] = [];
  const covered: Range[] = [];
  for (const { first, second, last, isClosed } of conflicts(draft.text)) {
    problems.push({ kind: "merge-conflict", span: lineSpan(source, first), end: lineSpan(source, last) });
    const end = lineEnd(draft.text, last);
    covered.push({ start: first, end: lineEnd(draft.text, first) });
    if (second > first) covered.push({ start: second, end: isClosed ? end : lineEnd(draft.text, second) });
    if (last > second && !isClosed) covered.push({ start: last, end });
    holes.push({ start: first, end });
  }
  const fences = fencesIn(draft.text);
  const [fence] = fences;
  if (fence !== undefined) {
    const detail = "The text is in a Markdown code fence.";
    problems.push({ kind: "yaml-syntax", span: lineSpan(source, fence.start), code: "CODE_FENCE", detail });
  }
  const all = [...covered, ...fences].sort((a, b) => a.start - b.start);
  return { draft: coverAll(draft, all, " "), problems, holes, covered: [] };
}

/** The fence lines of a text copied from Markdown. The first line that is not a comment must be a fence. */
function fencesIn(text: string): readonly Range[] {
  if (!/^(?:[ \t\r\ufeff]*(?:#[^\n]*)?\n)*[ \t\ufeff]*(?:`{3}|~{3})/.test(text)) return [];
  const lines = text.matchAll(/^[ \t]*(?:`{3,}|~{3,})[\w+-]*[ \t]*$/gm);
  return [...lines].map(({ index, 0: line }) => ({ start: index, end: index + line.length }));
}

/** Replaces every expression in braces by letters, so that YAML reads its braces as text. */
export function coverExpressions(draft: Draft): CleanedDraft {
  const covered: Range[] = [];
  const text = draft.text.replace(/\$\{(?:[^{}\n"']|"[^"{}\n]*"|'[^'{}\n]*')*\}/g, (expression, start: number) => {
    covered.push({ start, end: start + expression.length });
    return "x".repeat(expression.length);
  });
  return { draft: { ...draft, text }, problems: [], holes: [], covered };
}

/** The first character that YAML does not allow: a control character, or a carriage return that does not end a line. */
export function invalidCharacter(source: Source): Problem | undefined {
  const { text } = source;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x20 || code === TAB || code === LINE_FEED) continue;
    if (code === CARRIAGE_RETURN && text.charCodeAt(at + 1) === LINE_FEED) continue;
    const detail =
      code === CARRIAGE_RETURN
        ? "A carriage return alone ends no line; save the file with line feeds."
        : "A text file holds no control characters; the file may be binary or in another encoding than UTF-8.";
    return { kind: "yaml-syntax", span: { source, start: at, end: at + 1 }, code: "CONTROL_CHARACTER", detail };
  }
  return undefined;
}

const [TAB, LINE_FEED, CARRIAGE_RETURN] = [0x09, 0x0a, 0x0d];

interface Conflict {
  /** The start of the first marker line. */
  readonly first: number;
  /** The start of the marker line after the side that is kept. */
  readonly second: number;
  readonly last: number;
  readonly isClosed: boolean;
}

/**
 * `<<<<<<<`, an optional `|||||||`, `=======`, `>>>>>>>`, each at the start of a line. Some may have been deleted
 * already.
 */
function conflicts(text: string): readonly Conflict[] {
  const found: Conflict[] = [];
  let markers: number[] = [];
  let isConflict = false;
  const close = (isClosed: boolean) => {
    const [first, second = first] = markers;
    const last = markers[markers.length - 1];
    if (isConflict && first !== undefined && second !== undefined && last !== undefined) {
      const isWhole = isClosed && (markers.length > 2 || !text.startsWith("<", first));
      found.push({ first, second: text.startsWith("<", first) ? second : first, last, isClosed: isWhole });
    }
    markers = [];
    isConflict = false;
  };
  for (const { index, 0: marker } of text.matchAll(/^(?:<{7}|\|{7}|={7}|>{7})(?=\s|$)/gm)) {
    if (marker.startsWith("<")) close(false);
    markers.push(index);
    isConflict ||= marker.startsWith("<") || marker.startsWith(">");
    if (marker.startsWith(">")) close(true);
  }
  close(false);
  return found;
}

function lineSpan(source: Source, start: number): Span {
  return { source, start, end: start + source.text.slice(start, lineEnd(source.text, start)).trimEnd().length };
}

/** The offset of the line's `\n`, or the end of the text. */
function lineEnd(text: string, at: number): number {
  const newline = text.indexOf("\n", at);
  return newline < 0 ? text.length : newline;
}

// Repairs for wrong indentation: tabs, and columns in which nothing else starts.
import type { Edit } from "../base/diagnostic.ts";
import type { Span } from "../base/source.ts";
import {
  contentOf,
  cover,
  type Draft,
  type Line,
  lineAt,
  nextContent,
  originSpan,
  previousContent,
  type Replacement,
  replace,
} from "./draft.ts";
import type { Problem } from "./problem.ts";
import type { YamlError } from "./read-yaml.ts";
import { type Repair, repair } from "./repair.ts";

/** The maximum number of columns to try for one line. */
const MAX_COLUMNS = 6;
const TAB_WIDTHS = [2, 4, 8];

/** Moves a line and its block to each of the columns in which it was probably meant to start. */
export function* reindentations(draft: Draft, lines: readonly Line[], index: number): Generator<Repair> {
  const line = lines[index];
  if (line === undefined) return;
  const first = nextContent(lines, index);
  const ends = [index];
  if (opensBlock(line) && first !== undefined) ends.push(blockEnd(lines, index), runEnd(lines, first));
  for (const end of new Set(ends)) {
    const block = lines.slice(index, end + 1);
    for (const column of columnsFor(lines, index, end)) {
      const moved = replace(
        draft,
        indentBy(block, ({ indent }) => indent + column - line.indent),
      );
      const repaired = repair(moved, draft, { code: "BAD_INDENT", message: "" }, contentOf(line));
      yield { ...repaired, moved: Math.abs(column - line.indent) };
    }
  }
}

/** Replaces tabs in the indentation. All consecutive lines with such tabs are one mistake. */
export function* tabRepairs(draft: Draft, lines: readonly Line[], error: YamlError): Generator<Repair> {
  const index = lineAt(lines, error.start);
  const line = lines[index];
  if (line === undefined) return;
  if (error.start >= line.start + line.indent) {
    const { start, end } = error;
    const span = originSpan(draft, start, end);
    const problem = tabProblem(span, 1, [{ span, newText: " " }]);
    yield { draft: replace(draft, [{ start, end, text: " " }]), problem, holes: [] };
    yield { draft: cover(draft, start, end, " "), problem, holes: [] };
    return;
  }
  const tabbed = (at: number) => {
    const { start, indent } = lines[at] as Line;
    return draft.text.slice(start, start + indent).includes("\t");
  };
  let last = index;
  let count = 1;
  for (let at = nextContent(lines, index); at !== undefined && tabbed(at); at = nextContent(lines, at)) {
    last = at;
    count += 1;
  }
  const run = lines.slice(index, last + 1);
  const from = line.start + draft.text.slice(line.start, line.start + line.indent).indexOf("\t");
  const span = originSpan(draft, from, line.start + line.indent);
  const width = (of: Line, tab: number) => columns(draft.text.slice(of.start, of.start + of.indent), tab);
  const columnOf = [
    ...TAB_WIDTHS.map((tab) => (of: Line) => width(of, tab)),
    ...columnsFor(lines, index, last).map((column) => (of: Line) => column + width(of, 2) - width(line, 2)),
  ];
  for (const column of columnOf) {
    const way = indentBy(run, column);
    const edits = way.map(({ start, end, text }) => ({ span: originSpan(draft, start, end), newText: text }));
    yield { draft: replace(draft, way), problem: tabProblem(span, count, edits), holes: [] };
  }
  const end = tabbedEnd(lines, last);
  const covered = cover(draft, line.start, end, " ");
  yield { draft: covered, problem: tabProblem(span, count), holes: [originSpan(draft, line.start, end)] };
}

/** The end of the last line of a run with tabs, including lines below that must belong to it. */
function tabbedEnd(lines: readonly Line[], last: number): number {
  const line = lines[last] as Line;
  const next = nextContent(lines, last);
  const end = next === undefined || !opensBlock(line) ? last : runEnd(lines, next);
  return lines[end]?.end ?? line.end;
}

function tabProblem(span: Span, lines: number, edits?: readonly Edit[]): Problem {
  return { kind: "tab-indentation", span, lines, ...(edits === undefined ? {} : { edits }) };
}

/** The column of the content if each tab advances to the next multiple of `tab`. */
function columns(blanks: string, tab: number): number {
  let column = 0;
  for (const blank of blanks) column = blank === "\t" ? (Math.floor(column / tab) + 1) * tab : column + 1;
  return column;
}

function indentBy(lines: readonly Line[], column: (line: Line) => number): readonly Replacement[] {
  return lines
    .filter(({ content }) => content !== "")
    .map((line) => ({
      start: line.start,
      end: line.start + line.indent,
      text: " ".repeat(Math.max(column(line), 0)),
    }));
}

/**
 * The columns in which the lines from `first` to `last` may start: the ones that the line before them suggests, then
 * those of the enclosing blocks, nearest first.
 */
function columnsFor(lines: readonly Line[], first: number, last: number): readonly number[] {
  const indent = lines[first]?.indent ?? 0;
  const above = blocksFrom(lines, first, previousContent);
  const below = blocksFrom(lines, last, nextContent);
  const around = [
    ...above.flatMap((line) => [line.indent + dashesOf(line), line.indent]),
    ...below.map((line) => line.indent),
    0,
  ];
  around.sort((a, b) => Math.abs(a - indent) - Math.abs(b - indent));
  const likely = above[0] === undefined ? [] : columnsAfter(above[0], below[0]);
  return [...new Set([...likely, ...around])].slice(0, MAX_COLUMNS);
}

/**
 * The lines above or below that are each indented less than all lines in between: the starts of the enclosing blocks.
 */
function blocksFrom(
  lines: readonly Line[],
  index: number,
  step: (lines: readonly Line[], index: number) => number | undefined,
): readonly Line[] {
  const found: Line[] = [];
  let lowest = Number.POSITIVE_INFINITY;
  for (let at = step(lines, index); at !== undefined && lowest > 0; at = step(lines, at)) {
    const line = lines[at] as Line;
    if (line.indent >= lowest) continue;
    lowest = line.indent;
    found.push(line);
  }
  return found;
}

/** The columns in which the line after `line` may start: further in if `line` opens a block, otherwise the same. */
function columnsAfter(line: Line, next: Line | undefined): readonly number[] {
  const column = line.indent + dashesOf(line);
  if (!opensBlock(line) || line.content.startsWith("-")) return [column];
  return next !== undefined && next.indent > column ? [next.indent, column + 2] : [column + 2];
}

/** The length of the dashes at the start of a line. */
function dashesOf({ content }: Line): number {
  return /^(?:- +)*/.exec(content)?.[0].length ?? 0;
}

/** Anchors and tags after a key are not longer than this. */
const MAX_SUFFIX = 500;

/** Whether a more deeply indented line below belongs to this line. */
export function opensBlock({ content }: Line): boolean {
  // Only look at the end, because every colon could be the one.
  return /^-(?:\s|$)/.test(content) || /:(?:\s+[&!]\S*)*(?:\s+[|>][-+\d]*)?$/.test(content.slice(-MAX_SUFFIX));
}

/** The last line of the block at `index`: all lines that are indented further, or the list below a key. */
export function blockEnd(lines: readonly Line[], index: number): number {
  const { indent = 0, content = "" } = lines[index] ?? {};
  const isKey = !/^-(?:\s|$)/.test(content);
  let last = index;
  for (let at = nextContent(lines, index); at !== undefined; at = nextContent(lines, at)) {
    const line = lines[at] as Line;
    if (line.indent < indent || (line.indent === indent && !(isKey && /^-(?:\s|$)/.test(line.content)))) break;
    last = at;
  }
  return last;
}

/** The last of the consecutive lines from `index` on that are not indented less. */
export function runEnd(lines: readonly Line[], index: number): number {
  let last = index;
  for (let at = nextContent(lines, index); at !== undefined; at = nextContent(lines, at)) {
    if ((lines[at]?.indent ?? 0) < (lines[index]?.indent ?? 0)) break;
    last = at;
  }
  return last;
}

// Takes a document and a cursor, and returns the lines that determine what can be written there. Models do not depend on each
// other, so the other items of a section are left out, and the cost does not grow with their number.
import { lineStartsOf, positionAt, type Source } from "../../base/source.ts";

/** The lines of a document that matter at a cursor, without their line breaks. */
export interface Excerpt {
  readonly lines: readonly string[];
  /** For each line, its number in the document, from 1. */
  readonly numbers: readonly number[];
  /** The index of the line with the cursor. */
  readonly at: number;
  /** The column of the cursor in its line, from 0. */
  readonly column: number;
  /** The offset in the document at which the line with the cursor starts. */
  readonly lineStart: number;
  /** The line break of the document. */
  readonly newline: "\n" | "\r\n";
}

/** The maximum size of an item in which completion works. Items that people write are smaller. */
const MAX_CHARACTERS = 150_000;

/** The maximum size of a document in which completion works. A document of 10,000 models is smaller. */
const MAX_DOCUMENT = 16_000_000;

/** The sections that tests and baselines refer to. */
const NAMED: ReadonlySet<string> = new Set(["models", "datasets", "domains"]);
const NAMING: ReadonlySet<string> = new Set(["tests", "baselines"]);

/** The lines that matter at an offset; `undefined` if they are too long, or if nothing can be written there. */
export function excerptOf(source: Source, offset: number): Excerpt | undefined {
  if (source.text.length > MAX_DOCUMENT) return undefined;
  const cursor = positionAt(source, offset).line - 1;
  const all = linesOf(source, cursor);
  const sections = sectionsOf(all);
  const own = sections.findLast(({ start }) => start <= cursor);
  const kept = sections.length === 0 ? wholeOf(all) : keptOf(all, sections, own, cursor);
  addAnchored(all, sections, kept);
  if (!kept.has(cursor)) kept.set(cursor, all(cursor));
  const [start = 0] = lineStartsOf(source).slice(cursor, cursor + 1);
  // The cursor is before a byte order mark.
  if (offset < start) return undefined;
  const pieces = [...kept].sort(([a], [b]) => a - b).flatMap(([index, line]) => piecesOf(index, line));
  if (pieces.reduce((sum, { text }) => sum + text.length, 0) > MAX_CHARACTERS) return undefined;
  const at = pieces.findLastIndex(({ index, from }) => index === cursor && from <= offset - start);
  const lineStart = start + (pieces[at]?.from ?? 0);
  // The cursor is inside a line break.
  if (offset - lineStart > (pieces[at]?.text.length ?? 0)) return undefined;
  return {
    lines: pieces.map(({ text }) => text),
    numbers: pieces.map(({ index }) => index + 1),
    at,
    column: offset - lineStart,
    lineStart,
    newline: source.text.includes("\r\n") ? "\r\n" : "\n",
  };
}

/** A line, or a part of it between lone carriage returns, which also end a line in editors. */
interface Piece {
  readonly index: number;
  readonly from: number;
  readonly text: string;
}

function piecesOf(index: number, line: string): readonly Piece[] {
  let from = 0;
  return line.split("\r").map((text) => {
    const piece = { index, from, text };
    from += text.length + 1;
    return piece;
  });
}

/** The lines of a text by their index, without line breaks. The sides of merge conflicts without the cursor are empty. */
interface Lines {
  (index: number): string;
  readonly count: number;
}

function linesOf(source: Source, cursor: number): Lines {
  const starts = lineStartsOf(source);
  const { text } = source;
  const written = (index: number) => {
    const start = starts[index] ?? text.length;
    const end = (starts[index + 1] ?? text.length + 1) - 1;
    const last = end > start && text.charCodeAt(end - 1) === RETURN ? end - 1 : end;
    return text.slice(start, last);
  };
  const hidden = /^(?:<{7}|>{7})/m.test(text) ? otherSides(written, starts.length, cursor) : undefined;
  const line = (index: number) => (hidden?.has(index) === true ? "" : written(index));
  return Object.assign(line, { count: starts.length });
}

const CONFLICT = /^(?:<{7}|\|{7}|={7}|>{7})(?=\s|$)/;

/**
 * The markers of merge conflicts, and the sides of each conflict that do not contain the cursor. If the cursor is outside a conflict,
 * its first side is kept.
 */
function otherSides(line: (index: number) => string, count: number, cursor: number): ReadonlySet<number> {
  const hidden = new Set<number>();
  let marks: number[] = [];
  for (let index = 0; index < count; index++) {
    const mark = CONFLICT.exec(line(index))?.[0].charAt(0);
    if (mark === undefined || (mark !== "<" && marks.length === 0)) continue;
    if (mark === "<") marks = [];
    marks.push(index);
    if (mark !== ">") continue;
    const inside = marks.findLastIndex((start) => start <= cursor);
    const shown = inside < 0 || inside === marks.length - 1 ? 0 : inside;
    const [from = 0, to = 0] = [marks[shown], marks[shown + 1]];
    for (let each = marks[0] ?? 0; each <= index; each++) if (each <= from || each >= to) hidden.add(each);
    marks = [];
  }
  return hidden;
}

const RETURN = 13;

/** A key at the start of a line, and the lines below it. */
interface Section {
  readonly key: string;
  readonly start: number;
  /** The index of the line after its last one. */
  readonly end: number;
  /** The lines at which the items of its list start. */
  readonly items: readonly number[];
  /** The column of their dashes. */
  readonly dash: number;
}

type SectionDraft = { -readonly [K in keyof Section]: Section[K] } & { readonly items: number[] };

const SECTION = /^(["']?)([A-Za-z_][\w-]*)\1[ \t]*:(?=[ \t]|$)/;
/** The sections of a document. They are found by their indentation, so that a syntax error in one of them does not affect another. */
function sectionsOf(all: Lines): readonly Section[] {
  const sections: SectionDraft[] = [];
  let current: SectionDraft | undefined;
  for (let index = 0; index < all.count; index++) {
    const line = all(index);
    const indent = indentOf(line);
    if (indent === line.length) continue;
    const first = line.charAt(indent);
    const isItem = first === "-" && (line.length === indent + 1 || line.charAt(indent + 1) === " ");
    if (indent === 0 && !isItem && first !== "#") {
      const key = SECTION.exec(line)?.[2];
      if (key === undefined) continue;
      if (current !== undefined) current.end = index;
      current = { key, start: index, end: all.count, items: [], dash: -1 };
      sections.push(current);
    } else if (isItem && current !== undefined && (current.dash < 0 || indent <= current.dash)) {
      current.dash = indent;
      current.items.push(index);
    }
  }
  return sections;
}

function indentOf(line: string): number {
  let at = 0;
  while (at < line.length && (line.charCodeAt(at) === 32 || line.charCodeAt(at) === 9)) at++;
  return at;
}

function wholeOf(all: Lines): Map<number, string> {
  const kept = new Map<number, string>();
  const end = Math.min(all.count, MAX_WHOLE);
  for (let index = 0; index < end; index++) keep(kept, all, index);
  return kept;
}

/** The number of lines that are kept of a text without sections, which is not a definition yet. */
const MAX_WHOLE = 5_000;

function keep(kept: Map<number, string>, all: Lines, index: number): void {
  kept.set(index, all(index));
}

function keptOf(
  all: Lines,
  sections: readonly Section[],
  own: Section | undefined,
  cursor: number,
): Map<number, string> {
  const kept = new Map<number, string>();
  const isNaming = own !== undefined && NAMING.has(own.key);
  for (const section of sections) {
    if (section !== own) {
      kept.set(section.start, SECTION.exec(all(section.start))?.[0] ?? "");
      if (isNaming && NAMED.has(section.key)) addNames(kept, all, section);
      continue;
    }
    const item = section.items.findLastIndex((start) => start <= cursor);
    keep(kept, all, section.start);
    const start = item < 0 ? section.start + 1 : (section.items[item] ?? 0);
    const end = section.items[item + 1] ?? section.end;
    for (let index = start; index < Math.max(end, Math.min(cursor + 1, section.end)); index++) keep(kept, all, index);
    if (section.key === "models") addUniversal(kept, all, section);
    else if (section.items.length > 1) addNames(kept, all, section);
  }
  return kept;
}

/** Adds only the names of the items of a section. */
function addNames(kept: Map<number, string>, all: Lines, section: Section): void {
  section.items.forEach((start, i) => {
    const found = kept.has(start) ? undefined : nameOf(all, start, section.items[i + 1] ?? section.end, section.dash);
    if (found !== undefined) kept.set(found.index, found.line);
  });
}

const NAME = /^(["']?)name\1[ \t]*:[ \t]+(?=\S)/;

/** The line with the name of an item, as the only line of the item. */
function nameOf(
  all: Lines,
  start: number,
  end: number,
  dash: number,
): { readonly index: number; readonly line: string } | undefined {
  const dashes = `${" ".repeat(dash)}- `;
  const first = all(start);
  const content = first.slice(dash + 1);
  const flow = /^\s*\{\s*(["']?)name\1\s*:\s*("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,{}[\]"'][^,{}[\]]*)/.exec(content);
  if (flow !== null) return { index: start, line: `${dashes}name: ${flow[2]}` };
  const column = dash + 1 + indentOf(content);
  for (let index = start; index < end; index++) {
    const line = index === start ? first.slice(column) : all(index);
    const text = index === start ? line : line.slice(indentOf(line));
    if (index > start && indentOf(line) !== column) continue;
    if (NAME.test(text) && !/[|>&*!{[]/.test(text.replace(NAME, "").charAt(0))) return { index, line: dashes + text };
  }
  return undefined;
}

/** Adds the universal model, because its runtime determines which files the other models need. */
function addUniversal(kept: Map<number, string>, all: Lines, { items, end, dash }: Section): void {
  const i = items.findIndex((start) => /name["']?\s*:\s*["']?\$[{<]\s*model\.name\s*[}>]/.test(all(start)));
  const start = items[i];
  if (start === undefined || kept.has(start) || indentOf(all(start)) !== dash) return;
  for (let index = start; index < (items[i + 1] ?? end); index++) keep(kept, all, index);
}

/** The maximum number of anchors that are searched for. */
const MAX_ANCHORS = 16;

/** Adds the items and sections with the anchors that the kept lines use. */
function addAnchored(all: Lines, sections: readonly Section[], kept: Map<number, string>): void {
  const wanted = new Set<string>();
  for (const line of kept.values()) {
    for (const [, name = ""] of line.matchAll(/(?:^|[\s,[{])\*([^\s,[\]{}]+)/g)) wanted.add(name);
    if (wanted.size > MAX_ANCHORS) return;
  }
  if (wanted.size === 0) return;
  for (const section of sections) {
    const starts = [section.start, ...section.items];
    starts.forEach((start, i) => {
      const end = starts[i + 1] ?? section.end;
      for (let index = start; index < end; index++) {
        const anchors = all(index).matchAll(/(?:^|[\s,[{])&([^\s,[\]{}]+)/g);
        if (![...anchors].some(([, name = ""]) => wanted.has(name))) continue;
        for (let each = start; each < end; each++) keep(kept, all, each);
        return;
      }
    });
  }
}

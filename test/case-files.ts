// Files with many small cases (`*.cases`): each shows the lines that matter, with what is found marked below them. The
// format is described in `fixtures/README.md`.
import type { Diagnostic } from "../src/base/diagnostic.ts";
import { positionAt, type Span } from "../src/base/source.ts";
import { widthOf } from "../src/render/columns.ts";

/** One file of a case as it is written: the lines without the marks, `...` for lines of the base. */
export interface Section {
  readonly path: string;
  readonly lines: readonly string[];
}

/** One case as it is written. */
export interface WrittenCase {
  readonly name: string;
  /** The name of the definition below `fixtures/wraps` that `...` and the files that are not shown come from. */
  readonly wrap: string | undefined;
  readonly title: string;
  readonly sections: readonly Section[];
  /** All its lines, with the marks. */
  readonly text: string;
}

/** The text of a file, and for each line of its section the line of the text, from 1. */
export interface Expanded {
  readonly text: string;
  readonly places: readonly (number | undefined)[];
}

const HEADING = /^=== (\S+?)(?: in (\S+))?: (.+)$/;
const FILE = /^--- (\S+\.\w+)$/;
const ELISION = "...";
const MARK = /^\s*(?:\^+ [a-z-]+(?: \([a-z]+\))?: |~+ \S)/;
const NOTE = /^\s*= /;
const ELSEWHERE = /^@ \S+:\d+:\d+ /;

/** The name of the file of a case that has no `---` line above it. */
export const DEFAULT_FILE = "efemarai.yaml";

/** Reads a file with cases. */
export function parseCases(text: string): readonly WrittenCase[] {
  return text
    .split(/^(?=={3} )/m)
    .filter((block) => block.trim() !== "")
    .map(parseCase);
}

function parseCase(block: string): WrittenCase {
  const [heading = "", ...lines] = block.replace(/\n+$/, "").split("\n");
  const [, name, wrap, title] = HEADING.exec(heading) ?? [];
  if (name === undefined || title === undefined)
    throw new Error(`a case begins with "=== NAME in WRAP: Title", not with ${JSON.stringify(heading.slice(0, 80))}`);
  return { name, wrap, title, sections: sectionsOf(lines), text: [heading, ...lines, ""].join("\n") };
}

function sectionsOf(lines: readonly string[]): readonly Section[] {
  const sections: { readonly path: string; readonly lines: string[] }[] = [];
  let isMark = false;
  for (const line of lines) {
    const path = FILE.exec(line)?.[1];
    isMark = MARK.test(line) || ELSEWHERE.test(line) || (isMark && NOTE.test(line));
    if (path !== undefined) sections.push({ path, lines: [] });
    else if (!isMark) {
      if (sections.length === 0) sections.push({ path: DEFAULT_FILE, lines: [] });
      sections.at(-1)?.lines.push(line);
    }
  }
  return sections;
}

/**
 * Puts the lines of the base in the place of each `...`: those after the line above it, up to the line below it. Both lines
 * are lines of the base; without one of them, up to its beginning or end.
 */
export function expand({ path, lines }: Section, base: string | undefined): Expanded {
  const from = base?.replace(/\n$/, "").split("\n") ?? [];
  const all: string[] = [];
  const places: (number | undefined)[] = [];
  let at = 0;
  const find = (line: string): number => {
    const found = from.indexOf(line, at);
    if (found < 0) throw new Error(`${path}: the base has no line ${JSON.stringify(line)} from its line ${at + 1} on`);
    return found;
  };
  for (const [i, line] of lines.entries()) {
    if (line !== ELISION) {
      places.push(all.push(line));
      continue;
    }
    const [above, below] = [lines[i - 1], lines[i + 1]];
    if (above !== undefined) at = find(above) + 1;
    const end = below === undefined ? from.length : find(below);
    all.push(...from.slice(at, end));
    places.push(undefined);
    at = end;
  }
  return { text: all.length === 0 ? "" : `${all.join("\n")}\n`, places };
}

/** The case with everything that is found marked in place, and what is found in lines that it does not show at its end. */
export function marked(
  written: WrittenCase,
  bases: ReadonlyMap<string, string>,
  diagnostics: readonly Diagnostic[],
  usual: (code: string) => string | undefined,
): string {
  const notes = diagnostics.flatMap((each) => [primaryOf(each, usual), ...relatedOf(each)]);
  const shown = new Set<Note>();
  const lines = written.sections.flatMap((section, index) => {
    const { places } = expand(section, bases.get(section.path));
    const body = section.lines.flatMap((line, i) => {
      const here = notes.filter((note) => note.path === section.path && note.line === places[i]);
      for (const note of here) shown.add(note);
      return [line, ...here.sort((a, b) => a.start - b.start).flatMap((note) => markOf(note))];
    });
    return index === 0 && section.path === DEFAULT_FILE ? body : [`--- ${section.path}`, ...body];
  });
  const elsewhere = notes.filter((note) => !shown.has(note)).flatMap(elsewhereOf);
  const heading = `=== ${written.name}${written.wrap === undefined ? "" : ` in ${written.wrap}`}: ${written.title}`;
  return [heading, ...lines, ...elsewhere, ""].join("\n");
}

/** A finding that is marked below some characters of a line. */
interface Note {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly start: number;
  readonly indent: string;
  readonly width: number;
  readonly mark: "^" | "~";
  readonly words: string;
  readonly below: readonly string[];
}

function primaryOf(diagnostic: Diagnostic, usual: (code: string) => string | undefined): Note {
  const { span, code, severity, message, label, hint, fixes = [] } = diagnostic;
  const isUsual = usual(code) === severity;
  const fix = fixes.some(({ safe }) => safe) ? "(--fix)" : undefined;
  const below = [label, [hint, fix].filter((text) => text !== undefined).join(" ")].filter((text) => text);
  const words = `${code}${isUsual ? "" : ` (${severity})`}: ${message}`;
  return { ...placeOf(span), mark: "^", words, below: below.map((text) => `= ${text}`) };
}

function relatedOf({ related = [] }: Diagnostic): readonly Note[] {
  return related.map(({ span, message }) => ({ ...placeOf(span), mark: "~", words: message, below: [] }));
}

function placeOf(span: Span): Pick<Note, "path" | "line" | "column" | "start" | "indent" | "width"> {
  const { path, text } = span.source;
  const { line, column } = positionAt(span.source, span.start);
  const begin = span.start - column + 1;
  const rest = text.slice(span.start, span.end).split("\n", 1)[0] ?? "";
  const indent = text.slice(begin, span.start).replace(/[^\t]+/g, (piece) => " ".repeat(widthOf(piece)));
  return { path, line, column, start: span.start, indent, width: Math.max(1, widthOf(rest)) };
}

function markOf({ indent, mark, width, words, below }: Note): readonly string[] {
  return [`${indent}${mark.repeat(width)} ${words}`, ...below.map((text) => indent + text)].map(oneLine);
}

function elsewhereOf({ path, line, column, words, below }: Note): readonly string[] {
  return [`@ ${path}:${line}:${column} ${words}`, ...below].map(oneLine);
}

const oneLine = (text: string): string => text.replaceAll("\n", "\\n");

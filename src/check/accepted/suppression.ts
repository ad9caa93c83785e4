// Comments that suppress findings, taken apart:
//
//   # modelwright-ignore CODE, CODE: reason         for the next line, or for the line that it stands behind
//   # modelwright-ignore-file CODE: reason          for the whole file, above everything else in it
import { certainMatch, nearest } from "../../base/nearest.ts";
import { lineStartsOf, positionAt, type Span } from "../../base/source.ts";
import type { ParsedDefinition } from "../../parse/parse.ts";
import type { ScalarNode, YamlNode } from "../../parse/tree.ts";

/** One comment that suppresses findings. */
export interface Suppression {
  readonly definition: ParsedDefinition;
  readonly span: Span;
  /** `modelwright-ignore`, or what somebody took for it. */
  readonly directive: Span;
  readonly scope: "line" | "file" | "misplaced" | "unknown";
  readonly codes: readonly SuppressedCode[];
  /** Empty when there is none. */
  readonly reason: string;
  /** The pieces of its file that it is for. */
  readonly covers: readonly Piece[];
}

export interface SuppressedCode {
  readonly written: string;
  /** The code that is written, or the one that was surely meant; `undefined` when there is none. */
  readonly code: string | undefined;
  /** The codes that are nearest to what is written, when that is none. */
  readonly near: readonly string[];
  readonly span: Span;
}

/** From an offset up to another one, which is not in it. */
export interface Piece {
  readonly start: number;
  readonly end: number;
}

/** The suppressions of a file; `known` are the codes that can be suppressed. */
export function suppressionsOf(definition: ParsedDefinition, known: readonly string[]): readonly Suppression[] {
  const parts = definition.comments.flatMap((span) => takeApart(span) ?? []);
  if (parts.length === 0) return [];
  const layout = layoutOf(definition);
  const ends = definition.source.text.length + 1;
  return parts.map(({ name, codes, ...part }) => {
    const scope = scopeOf(layout, part.span, name);
    return {
      ...part,
      definition,
      scope,
      codes: codes.map((each) => ({ ...each, ...codeOf(each.written, known) })),
      covers: scope === "file" ? [{ start: 0, end: ends }] : scope === "line" ? linesFor(layout, part.span) : [],
    };
  });
}

function codeOf(written: string, known: readonly string[]): Pick<SuppressedCode, "code" | "near"> {
  if (known.includes(written)) return { code: written, near: [] };
  const near = nearest(written, known);
  return { code: certainMatch(written, known, near), near };
}

interface Parts extends Pick<Suppression, "span" | "directive" | "reason"> {
  readonly name: string;
  readonly codes: readonly Pick<SuppressedCode, "written" | "span">[];
}

function takeApart(span: Span): Parts | undefined {
  const { source, start } = span;
  const text = source.text.slice(start, span.end);
  const [head, mark = "", name = ""] = /^(#+[ \t]*)(modelwright-[a-z-]*[a-z])(?![\w-])/i.exec(text) ?? [];
  if (head === undefined || !/^modelwright-(?:ignore|disable|suppress)/i.test(name)) return undefined;
  const at = (from: number, to: number): Span => ({ source, start: start + from, end: start + to });
  const list = /^[ \t]*(?:[^\s,:]+(?:[ \t]*,[ \t]*[^\s,:]+)*)?/.exec(text.slice(head.length))?.[0] ?? "";
  const codes = [...list.matchAll(/[^\s,]+/g)].map(({ 0: written, index }) => ({
    written,
    span: at(head.length + index, head.length + index + written.length),
  }));
  const reason = /^[ \t]*,?[ \t]*:(.*)$/s.exec(text.slice(head.length + list.length))?.[1]?.trim() ?? "";
  return { span, directive: at(mark.length, head.length), name, codes, reason };
}

/** Where what stands in a file, by lines. */
interface Layout {
  /** Where each line begins. */
  readonly starts: readonly number[];
  readonly end: number;
  /** For each line the next one, itself included, that holds more than a comment. */
  readonly next: readonly number[];
  /** The scalars over several lines by the lines on which they begin and end. */
  readonly scalars: ReadonlyMap<number, readonly ScalarNode[]>;
  /** Where the first line begins that holds something. */
  readonly top: number;
}

function layoutOf({ source, root }: ParsedDefinition): Layout {
  const starts = lineStartsOf(source);
  const end = source.text.length;
  const next: number[] = [];
  let top = end;
  for (let line = starts.length; line >= 1; line--) {
    const text = source.text.slice(starts[line - 1], starts[line] ?? end);
    const isEmpty = /^\s*(?:#|$)/.test(text);
    next[line] = isEmpty ? (next[line + 1] ?? starts.length + 1) : line;
    if (!isEmpty && !/^(?:---\s*(?:#|$)|%)/.test(text)) top = starts[line - 1] ?? 0;
  }
  const scalars = new Map<number, ScalarNode[]>();
  for (const scalar of root === undefined ? [] : longScalars(root.node)) {
    const last = positionAt(source, Math.max(scalar.end - 1, scalar.start)).line;
    for (const line of new Set([positionAt(source, scalar.start).line, last])) {
      const others = scalars.get(line);
      if (others === undefined) scalars.set(line, [scalar]);
      else others.push(scalar);
    }
  }
  return { starts, end, next, scalars, top };
}

/** Every value that is a scalar over several lines, each once. */
function longScalars(root: YamlNode): readonly ScalarNode[] {
  const found: ScalarNode[] = [];
  const seen = new Set<YamlNode>();
  const open: YamlNode[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.kind === "list") for (const item of node.items) open.push(item);
    else if (node.kind === "map") for (const { value } of node.entries) open.push(value);
    else if (node.kind === "scalar" && node.source.text.slice(node.start, node.end).includes("\n")) found.push(node);
  }
  return found;
}

function scopeOf({ top }: Layout, { start }: Span, name: string): Suppression["scope"] {
  if (name === "modelwright-ignore") return "line";
  if (name !== "modelwright-ignore-file") return "unknown";
  return start < top ? "file" : "misplaced";
}

/** The line, and with a scalar that begins or ends on it the whole scalar: inside of a block scalar is no comment. */
function linesFor({ starts, end, next, scalars }: Layout, { source, start }: Span): readonly Piece[] {
  const { line: own } = positionAt(source, start);
  const line = source.text.slice(starts[own - 1], start).trim() !== "" ? own : (next[own] ?? own);
  const from = starts[line - 1];
  if (from === undefined) return [];
  const whole = (scalars.get(line) ?? []).map((scalar) => ({ start: scalar.start, end: scalar.end + 1 }));
  return [{ start: from, end: starts[line] ?? end + 1 }, ...whole];
}

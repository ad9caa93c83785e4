// What stands at a place of a definition: an expression, a value or a key.
import { lineStartsOf, positionAt, type Source, type Span } from "../base/source.ts";
import type { Reference } from "../bind/bound.ts";
import type { TypedGraph, TypedModel } from "../infer/typed.ts";
import type { ParsedDefinition } from "../parse/parse.ts";
import { spanInScalar } from "../parse/source-map.ts";
import { type Path, type ScalarNode, spanOf, type YamlNode } from "../parse/tree.ts";

/** A line and a column, both from 1, as people and editors name them; without a column the line as a whole is meant. */
export interface Spot {
  readonly line: number;
  readonly column: number | undefined;
}

/** What stands there. */
export type Found =
  | {
      readonly kind: "expression";
      readonly span: Span;
      readonly reference: Reference;
      readonly model: TypedModel | undefined;
    }
  | { readonly kind: "value"; readonly span: Span; readonly node: YamlNode; readonly path: Path | undefined }
  | { readonly kind: "key"; readonly span: Span; readonly path: Path };

/** Finds it; `undefined` when nothing stands there. */
export function findAt(graph: TypedGraph, definition: ParsedDefinition, spot: Spot): Found | undefined {
  const { source } = definition;
  const range = rangeOf(source, spot);
  if (range === undefined) return undefined;
  const all = thingsIn(graph, definition);
  if (spot.column !== undefined) {
    // The end counts too: that is where a cursor stands behind a word.
    const around = all.filter(({ span }) => span.start <= range.start && range.start <= span.end);
    return best(around.filter(({ span }) => range.start < span.end)) ?? best(around);
  }
  return best(
    all.filter(({ span }) => span.start < range.end && range.start < span.end && isOnLine(source, span, spot)),
  );
}

/** What is nearest to a place where nothing stands. */
export function nearestTo(graph: TypedGraph, definition: ParsedDefinition, spot: Spot): Found | undefined {
  const lines = lineStartsOf(definition.source);
  const lineStart = lines[Math.min(spot.line, lines.length) - 1] ?? 0;
  const offset = Math.min(lineStart + (spot.column ?? 1) - 1, definition.source.text.length);
  let nearest: Found | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const thing of thingsIn(graph, definition)) {
    const distance = Math.max(thing.span.start - offset, offset - thing.span.end, 0);
    if (distance < least) [nearest, least] = [thing, distance];
  }
  return nearest;
}

/** Expressions before values before keys, and the small before the large. */
function best(things: readonly Found[]): Found | undefined {
  const order = (thing: Found) => (thing.kind === "expression" ? 0 : thing.kind === "value" ? 1 : 2);
  const size = ({ span }: Found) => span.end - span.start;
  return [...things].sort((a, b) => order(a) - order(b) || size(a) - size(b) || a.span.start - b.span.start)[0];
}

/** The offsets of a spot: one place, or a whole line; a column behind the end of its line is the end. */
function rangeOf(source: Source, { line, column }: Spot): { readonly start: number; readonly end: number } | undefined {
  const starts = lineStartsOf(source);
  const start = starts[line - 1];
  if (start === undefined || column === 0) return undefined;
  const next = starts[line];
  const end = next === undefined ? source.text.length : source.text.slice(start, next).trimEnd().length + start;
  if (column === undefined) return { start, end };
  return start + column - 1 > end ? undefined : { start: start + column - 1, end: start + column - 1 };
}

/** A value of many lines belongs to each of them, but a key only to its own. */
function isOnLine(source: Source, span: Span, { line }: Spot): boolean {
  return (
    positionAt(source, span.start).line <= line && line <= positionAt(source, Math.max(span.start, span.end - 1)).line
  );
}

const known = new WeakMap<TypedGraph, Map<ParsedDefinition, readonly Found[]>>();

/** Everything of a file that can be asked about, in no order; made once, because an editor asks often. */
function thingsIn(graph: TypedGraph, definition: ParsedDefinition): readonly Found[] {
  const files = known.get(graph) ?? new Map<ParsedDefinition, readonly Found[]>();
  known.set(graph, files);
  const before = files.get(definition);
  if (before !== undefined) return before;
  const found: Found[] = [];
  const root = definition.root?.node;
  if (root !== undefined) collect(found, root, undefined, new Set());
  for (const model of graph.models) {
    for (const reference of model.bound.references) {
      if (!reference.isInherited && reference.scalar.source === definition.source)
        found.push({ kind: "expression", span: spanOfReference(reference), reference, model });
    }
  }
  for (const reference of graph.bound.references) {
    if (reference.scalar.source === definition.source)
      found.push({ kind: "expression", span: spanOfReference(reference), reference, model: undefined });
  }
  files.set(definition, found);
  return found;
}

function spanOfReference({ scalar, expression }: Reference): Span {
  return spanInScalar(scalar, expression.start, expression.end);
}

/** Each scalar where it is written; lists and maps only where they are empty: otherwise what is in them is asked about. */
function collect(found: Found[], node: YamlNode, path: Path | undefined, seen: Set<YamlNode>): void {
  if (seen.has(node)) return;
  seen.add(node);
  if (node.kind === "map") {
    for (const { key, value } of node.entries) {
      const below: Path = { parent: path, key: key.text };
      if (!seen.has(key)) found.push({ kind: "key", span: spanOf(key), path: below });
      seen.add(key);
      collect(found, value, below, seen);
    }
  } else if (node.kind === "list") {
    node.items.forEach((item, i) => {
      collect(found, item, { parent: path, key: i }, seen);
    });
  }
  const isEmpty =
    node.kind === "scalar" ? isWritten(node) : node.kind !== "hole" && node.end - node.start > 0 && node.size === 1;
  if (isEmpty) found.push({ kind: "value", span: spanOf(node), node, path });
}

function isWritten(node: ScalarNode): boolean {
  return node.end > node.start;
}

// A graph as plain data for the SVG file and for the page in a browser. It is safe to show: its texts contain no secrets, and
// no characters that are invisible or change the text direction.
import { type Diagnostic, type Severity, worstFirst } from "../base/diagnostic.ts";
import { printable, printableLines } from "../base/quote.ts";
import { remember } from "../base/remember.ts";
import { originalOf, positionAt, type Source, type Span } from "../base/source.ts";
import type { BoundModel } from "../bind/bound.ts";
import type { NodeKind } from "../bind/graph.ts";
import { hideSecrets } from "../check/conceal.ts";
import type { TypedGraph } from "../infer/typed.ts";
import { detailOf, excerptOf, regionOf } from "./details.ts";
import {
  type Drawing,
  type DrawnEdge,
  type DrawnNode,
  drawingOf,
  type GroupKind,
  nodesOf,
  sentenceOf,
} from "./drawing.ts";
import { type Label, labelOf } from "./label.ts";
import { type Shape, shapesInto } from "./layout.ts";
import { ownersOf, type Region } from "./regions.ts";
import { columnWidth, FRAME, tenth } from "./sizes.ts";

export interface Picture {
  readonly version: 1;
  readonly files: readonly { readonly path: string; readonly shown: string }[];
  readonly shapes: readonly Shape[];
  /** One for each model and domain. */
  readonly boxes: readonly Box[];
  /** Pieces of definitions; nodes refer to them by index. */
  readonly texts: readonly string[];
  /** The most severe findings; nodes and boxes refer to them by index. */
  readonly findings: readonly PictureFinding[];
  /** The indexes of findings outside of all boxes. */
  readonly others: readonly number[];
  /** The number of findings that are left out. */
  readonly hidden: number;
}

/** A model or a domain. The sizes are in pixels and include the frame. */
export interface Box {
  /** Unique and readable: `yolor_p6`. */
  readonly id: string;
  readonly kind: GroupKind;
  readonly title: Label;
  /** The full title. */
  readonly name: string;
  readonly place: Place;
  readonly width: number;
  readonly height: number;
  /** The index of its layout. */
  readonly shape: number;
  readonly nodes: readonly PictureNode[];
  /** Each cycle as one sentence. */
  readonly cycles: readonly string[];
  readonly findings: readonly number[];
}

export interface PictureNode {
  readonly kind: NodeKind;
  /** Its kind, such as `load input`. */
  readonly caption: string;
  /** Its name, or a value that identifies it; may be empty. */
  readonly label: Label;
  /** The caption and the full name. */
  readonly name: string;
  readonly place?: Place;
  /** The index of the piece of the definition that declares it. */
  readonly text?: number;
  readonly findings?: readonly number[];
}

export interface PictureFinding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly hint?: string;
  readonly place: Place;
}

/** The index of a file, a line and a column, both from 1. */
export type Place = readonly [file: number, line: number, column: number];

/** The maximum number of columns of a name. Longer names are cut; the page shows the full names. */
const MOST_COLUMNS = { name: 36, title: 56 } as const;

/** Widths of nodes are multiples of this, so that models with slightly different names share a layout. */
const STEP = 4 * columnWidth("name");

/** The space in a node next to its name, and next to its caption, which a mark may follow. */
const BESIDE = { name: 30, caption: 44 } as const;

/** The minimum width of a box inside its frame, and the space for a mark after its title. */
const LEAST_WIDTH = 220;
const MARK = 28;

/** The maximum number of findings that are shown. */
const MOST_FINDINGS = 1000;

/**
 * The data of a picture: the graph of the requested files, with `diagnostics` at their nodes. `diagnostics` is the result of
 * `check`, in which secrets are hidden.
 */
export function pictureData(graph: TypedGraph, diagnostics: readonly Diagnostic[]): Picture {
  const { bound } = graph;
  const hide = hideSecrets(bound.files);
  const drawing = drawingOf(bound);
  const models = new Map(bound.models.map((model) => [model.key, model]));
  const shapes: Shape[] = [];
  const shapeOf = shapesInto(shapes);
  const files = indexOf<Source>();
  const texts = indexOf<string>();
  const placeOf = ({ source, start }: Span): Place => {
    const { line, column } = positionAt(source, start);
    return [files.of(originalOf(source)), line, column];
  };
  const edgesOf = edgesByGroup(drawing);
  const regions: Region[] = [];
  const boxes = drawing.groups.map((group, box): Box => {
    const model = models.get(group.key);
    const edges = edgesOf.get(group.key) ?? [];
    const members = membersOf(drawing, group.key, edges);
    regions.push({ span: group.span, box, node: undefined });
    const nodes = members.map((node, index): PictureNode => {
      const region = regionOf(node, model);
      if (region !== undefined) regions.push({ span: region, box, node: index });
      return {
        ...wordsOf(node, model, hide.text),
        ...(node.span === undefined ? {} : { place: placeOf(node.span) }),
        ...(region === undefined ? {} : { text: texts.of(excerptOf(hide.span(region))) }),
      };
    });
    const at = new Map(members.map(({ id }, i) => [id, i]));
    const shape = shapeOf({
      widths: nodes.map(widthOf),
      edges: edges.map(({ from, to, isCyclic }) => ({ from: at.get(from) ?? 0, to: at.get(to) ?? 0, isCyclic })),
    });
    const { id, kind, title, span } = group;
    const place = placeOf(span);
    return {
      ...{ id, kind, place, shape, nodes, findings: [] },
      title: labelOf(title || "(no name)", MOST_COLUMNS.title),
      name: printable(title),
      ...sizeOf(shapes[shape], title),
      cycles: drawing.cycles.filter((cycle) => cycle.group === group.key).map(sentenceOf),
    };
  });
  const kept = worstFirst(diagnostics).slice(0, MOST_FINDINGS);
  const owners = ownersOf(kept, regions);
  return {
    version: 1,
    shapes,
    boxes: withFindings(boxes, owners),
    texts: texts.all,
    findings: kept.map((finding) => findingOf(finding, placeOf)),
    others: kept.flatMap((_, i) => ((owners[i] ?? []).length === 0 ? [i] : [])),
    hidden: diagnostics.length - kept.length,
    files: files.all.map(({ path }) => ({ path, shown: printable(path) })),
  };
}

/** The edges of each group, by its key. An edge from a variable belongs to the group that needs it. */
function edgesByGroup({ nodes, edges }: Drawing): ReadonlyMap<string, readonly DrawnEdge[]> {
  const groupOf = new Map(nodes.map(({ id, model }) => [id, model]));
  const found = new Map<string, DrawnEdge[]>();
  for (const edge of edges) {
    const group = groupOf.get(edge.to);
    if (group === undefined) continue;
    const others = found.get(group) ?? [];
    found.set(group, others);
    others.push(edge);
  }
  return found;
}

/** The nodes of a group, after the environment variables that they need. */
function membersOf({ nodes }: Drawing, key: string, edges: readonly DrawnEdge[]): readonly DrawnNode[] {
  const variables = variablesById(nodes);
  const needed = new Map(edges.flatMap(({ from }) => [[from, variables.get(from)] as const]));
  return [...[...needed.values()].filter((node) => node !== undefined), ...nodesOf(nodes, key)];
}

const variablesById = remember(
  (nodes: readonly DrawnNode[]): ReadonlyMap<string, DrawnNode> =>
    new Map(nodesOf(nodes, undefined).map((node) => [node.id, node])),
);

/** A label is a kind, followed by the name if several nodes of the kind can exist. */
const NAMED = /^(environment|file|load input|predict input|load output|predictions|key|transformation) ([\s\S]*)$/;

function wordsOf(
  node: DrawnNode,
  model: BoundModel | undefined,
  hide: (text: string) => string,
): Pick<PictureNode, "kind" | "caption" | "label" | "name"> {
  const [, caption = node.label, name] = NAMED.exec(node.label) ?? [];
  const text = name ?? hide(detailOf(node.kind, model) ?? "");
  return {
    kind: node.kind,
    caption,
    label: labelOf(text.trim(), MOST_COLUMNS.name),
    name: printable(text === "" ? caption : `${caption} ${text}`),
  };
}

function widthOf({ caption, label }: PictureNode): number {
  const needed = Math.max(
    label.columns * columnWidth("name") + BESIDE.name,
    caption.length * columnWidth("caption") + BESIDE.caption,
  );
  return tenth(Math.ceil(needed / STEP) * STEP);
}

function sizeOf(shape: Shape | undefined, title: string): { readonly width: number; readonly height: number } {
  const { columns } = labelOf(title, MOST_COLUMNS.title);
  const width = Math.max(shape?.width ?? 0, LEAST_WIDTH, columns * columnWidth("title") + MARK);
  return {
    width: tenth(width + 2 * FRAME.side),
    height: tenth(FRAME.top + (shape?.height ?? 0) + FRAME.bottom),
  };
}

function findingOf(
  { code, severity, message, hint, span }: Diagnostic,
  placeOf: (span: Span) => Place,
): PictureFinding {
  return {
    ...{ code, severity, message: printableLines(message), place: placeOf(span) },
    ...(hint === undefined ? {} : { hint: printableLines(hint) }),
  };
}

/** The maximum number of findings that are listed for a node or box. */
const MOST_AT_ONE = 20;

function withFindings(boxes: readonly Box[], owners: readonly (readonly Region[])[]): readonly Box[] {
  const at = new Map<string, number[]>();
  for (const [finding, regions] of owners.entries()) {
    for (const { box, node } of regions) {
      const key = `${box} ${node ?? ""}`;
      const before = at.get(key) ?? [];
      at.set(key, before);
      if (before.length < MOST_AT_ONE) before.push(finding);
    }
  }
  if (at.size === 0) return boxes;
  return boxes.map((box, b) => ({
    ...box,
    findings: at.get(`${b} `) ?? [],
    nodes: box.nodes.map((node, n) => {
      const findings = at.get(`${b} ${n}`);
      return findings === undefined ? node : { ...node, findings };
    }),
  }));
}

/** Numbers things in the order in which they are first asked for. */
function indexOf<T>(): { readonly of: (thing: T) => number; readonly all: readonly T[] } {
  const all: T[] = [];
  const known = new Map<T, number>();
  const of = (thing: T): number => {
    const before = known.get(thing);
    if (before !== undefined) return before;
    known.set(thing, all.length);
    return all.push(thing) - 1;
  };
  return { of, all };
}

// From text to the tree of `tree.ts`: the one file that sees the `yaml` package. A broken place is recorded, taken out
// of a copy of the text that keeps every offset, and the rest is read again, so that one mistake hides no other.
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  type Node,
  type Pair,
  parseAllDocuments,
  Scalar,
  visit,
  type YAMLMap,
  type YAMLParseError,
  type YAMLSeq,
} from "yaml";
import { parseTemplate } from "../../grammar/expression.ts";
import { positionAt, type Source, type Span } from "../base/source.ts";
import { type Mended, mendError, mendKnownTraps, type Range, type YamlError } from "./mend.ts";
import type { Problem } from "./problem.ts";
import { decodeScalar } from "./source-map.ts";
import type { HoleNode, MapEntry, Path, ScalarNode, ScalarStyle, YamlNode } from "./tree.ts";

/** Bounds that keep a hostile file cheap. */
export const LIMITS = { depth: 64, aliasedNodes: 100_000, rounds: 40, rereadCharacters: 40_000_000 } as const;

export interface ComposedTree {
  /** Absent when the file is empty or cannot be read at all. */
  readonly root: YamlNode | undefined;
  readonly problems: readonly Problem[];
}

/** Reads the first document of a file. */
export function compose(source: Source): ComposedTree {
  const context: Context = {
    source,
    problems: [],
    holes: [],
    covered: [],
    anchors: new Map(),
    open: new Map(),
    aliased: 0,
  };
  const document = readDocument(context);
  if (document?.contents == null) return { root: undefined, problems: context.problems };
  const root = convert(context, document.contents, {
    limit: source.text.length,
    depth: 0,
    inFlow: false,
    path: undefined,
  });
  return { root, problems: context.problems };
}

interface Context {
  readonly source: Source;
  readonly problems: Problem[];
  /** Where something was wrong: what stands there is a hole, and the collections around it are incomplete. */
  readonly holes: Range[];
  readonly covered: Range[];
  readonly anchors: Map<string, YamlNode>;
  /** Anchors of collections that are being read: an alias to one of them would be endless. */
  readonly open: Map<string, Span>;
  aliased: number;
}

/** Where a node stands: what ends it at the latest, how deep it is, whether inside `{ }` or `[ ]`, and its path. */
interface Place {
  readonly limit: number;
  readonly depth: number;
  readonly inFlow: boolean;
  readonly path: Path | undefined;
}

/** Parses until nothing is wrong any more: each round records what is wrong and takes it out. */
function readDocument(context: Context): Document | undefined {
  const { source } = context;
  let text = source.text;
  let characters = 0;
  for (let round = 0; round < LIMITS.rounds; round++) {
    const parsed = parseText(text);
    characters += text.length;
    if (parsed === "too-deep") {
      context.problems.push({ kind: "too-large", span: { source, start: 0, end: 0 }, what: "nesting" });
      return undefined;
    }
    const { document, second, error } = parsed;
    if (round === 0 && second !== undefined) {
      context.problems.push({ kind: "multiple-documents", span: { source, start: second, end: second + 3 } });
    }
    if (error === undefined) {
      const isEmpty = document?.contents == null || (isScalar(document.contents) && document.contents.value === null);
      if (!isEmpty) return document;
      if (context.problems.length === 0) {
        context.problems.push({ kind: "empty-file", span: { source, start: 0, end: 0 } });
      }
      return undefined;
    }
    const traps = round === 0 ? mendKnownTraps(source) : undefined;
    const mended = traps !== undefined && traps.text !== text ? traps : mendError(source, text, error);
    take(context, mended);
    if (mended.text === text || characters > LIMITS.rereadCharacters) return undefined;
    text = mended.text;
  }
  return undefined;
}

function take(context: Context, { problems, holes, covered }: Mended): void {
  for (const problem of problems) if (!isSameLine(context, problem)) context.problems.push(problem);
  context.holes.push(...holes);
  context.covered.push(...covered);
  for (const problem of problems) if ("span" in problem) context.holes.push(problem.span);
}

/** A second syntax error on one line nearly always comes from the first one, or from its mending. */
function isSameLine({ source, problems }: Context, problem: Problem): boolean {
  if (problem.kind !== "yaml-syntax") return false;
  const { line } = positionAt(source, problem.span.start);
  return problems.some((other) => "span" in other && positionAt(source, other.span.start).line === line);
}

interface Parsed {
  readonly document: Document | undefined;
  /** Where a second document begins. */
  readonly second: number | undefined;
  readonly error: YamlError | undefined;
}

function parseText(text: string): Parsed | "too-deep" {
  try {
    const documents = parseAllDocuments(text, {
      logLevel: "silent",
      merge: true,
      prettyErrors: false,
      uniqueKeys: false,
    });
    const list: readonly Document[] = Array.isArray(documents) ? documents : [];
    const [document, other] = list;
    if (document === undefined) return { document, second: undefined, error: undefined };
    const errors = [...document.errors, ...document.warnings];
    if (errors.some(({ code }) => code === "RESOURCE_EXHAUSTION")) return "too-deep";
    const error = errors.find(({ code }) => code === "TAB_AS_INDENT") ?? errors[0];
    return {
      document,
      second: other === undefined ? undefined : Math.max(text.lastIndexOf("---", other.range?.[0] ?? text.length), 0),
      error: error && syntaxError(document, text, error),
    };
  } catch (error) {
    if (error instanceof RangeError) return "too-deep";
    throw error;
  }
}

function syntaxError(document: Document, text: string, { code, message, pos }: YAMLParseError): YamlError {
  const [start, end] = pos;
  return { code, message, start, end, opened: openedAt(document, text, code, message, start) };
}

/** Where the quote or bracket was opened that an error at `at` misses the end of. */
function openedAt(document: Document, text: string, code: string, message: string, at: number): number | undefined {
  let opened: number | undefined;
  if (code === "MISSING_CHAR" && message.startsWith("Missing closing")) {
    visit(document, {
      Scalar: (_, node) => {
        if (node.range?.[1] === at && (text[node.range[0]] === '"' || text[node.range[0]] === "'"))
          opened = node.range[0];
      },
    });
  } else if (/end with a|to end with/.test(message)) {
    visit(document, {
      Collection: (_, node) => {
        if (node.flow === true && node.range != null && node.range[0] <= at && at <= node.range[2])
          opened = node.range[0];
      },
    });
  }
  return opened;
}

function convert(context: Context, node: Node | null, place: Place): YamlNode {
  const { source, problems } = context;
  const [start, end] = node?.range ?? [place.limit, place.limit, place.limit];
  if (node === null) return hole(source, start, end);
  if (place.depth > LIMITS.depth) {
    problems.push({ kind: "too-large", span: { source, start, end }, what: "nesting" });
    return hole(source, start, end);
  }
  if (isAlias(node)) return convertAlias(context, node.source, { source, start, end });
  const { anchor } = node;
  if (anchor !== undefined) context.open.set(anchor, { source, start, end });
  const converted = isScalar(node)
    ? convertScalar(context, node, place)
    : isMap(node)
      ? convertMap(context, node as YAMLMap<Node, Node | null>, place)
      : convertList(context, node as YAMLSeq<Node>, place);
  if (anchor !== undefined) {
    context.open.delete(anchor);
    context.anchors.set(anchor, converted);
  }
  return converted;
}

function convertAlias(context: Context, name: string, span: Span): YamlNode {
  const target = context.anchors.get(name);
  const anchor = context.open.get(name);
  if (anchor !== undefined) context.problems.push({ kind: "recursive-alias", span, name, anchor });
  else if (target === undefined) {
    context.problems.push({ kind: "unknown-anchor", span, name, known: [...context.anchors.keys()] });
  } else {
    context.aliased += target.size;
    if (context.aliased <= LIMITS.aliasedNodes) return target;
    if (context.aliased - target.size <= LIMITS.aliasedNodes) {
      context.problems.push({ kind: "too-large", span, what: "aliases" });
    }
  }
  return hole(span.source, span.start, span.end);
}

const STYLES: Readonly<Record<string, ScalarStyle>> = {
  [Scalar.BLOCK_FOLDED]: "folded",
  [Scalar.BLOCK_LITERAL]: "literal",
  [Scalar.QUOTE_DOUBLE]: "double",
  [Scalar.QUOTE_SINGLE]: "single",
};

function convertScalar(context: Context, node: Scalar, place: Place): ScalarNode | HoleNode {
  const { source } = context;
  const [start, end] = node.range ?? [place.limit, place.limit];
  if (touches(context.holes, start, Math.max(end, start + 1))) return hole(source, start, end);
  const style = STYLES[node.type ?? ""] ?? "plain";
  const value = scalarValue(node);
  const text = typeof value === "string" ? value : (node.source ?? "");
  const covered = context.covered.filter((range) => range.start < end && start < range.end);
  if (covered.length === 0) return scalar(source, start, end, style, value, text);
  // What was covered to be readable is taken from the source again.
  const decoded = decodeScalar(scalar(source, start, end, style, "", "")).text;
  for (const range of covered) {
    const written = source.text.slice(range.start, range.end);
    if (style === "plain" && (place.inFlow || /:\s|\s#/.test(written))) {
      context.problems.push({
        kind: "unquoted-expression",
        span: { source, ...range },
        path: place.path,
        scalar: { source, start, end },
      });
    }
  }
  return scalar(source, start, end, style, decoded, decoded);
}

function scalar(
  source: Source,
  start: number,
  end: number,
  style: ScalarStyle,
  value: ScalarNode["value"],
  text: string,
): ScalarNode {
  return { kind: "scalar", source, start, end, size: 1, style, value, text, template: parseTemplate(text) };
}

function scalarValue({ value, source }: Scalar): ScalarNode["value"] {
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
      return value;
    case "bigint":
      return Number(value);
    default:
      return value === null ? null : (source ?? "");
  }
}

function convertMap(context: Context, node: YAMLMap<Node, Node | null>, place: Place): YamlNode {
  const { source, problems } = context;
  const [start, end] = node.range ?? [place.limit, place.limit];
  const entries: MapEntry[] = [];
  const inherited: MapEntry[] = [];
  const seen = new Map<string, Span>();
  const inFlow = node.flow === true;
  node.items.forEach((pair: Pair<Node, Node | null>, i) => {
    const next = node.items[i + 1]?.key?.range?.[0] ?? (inFlow ? end : place.limit);
    const key = isScalar(pair.key) ? convertScalar(context, pair.key, { ...place, inFlow: false }) : undefined;
    if (key?.kind !== "scalar") {
      const at = pair.key?.range;
      if (key === undefined && at != null) {
        const span = { source, start: at[0], end: at[1] };
        problems.push({ kind: "yaml-syntax", span, code: "KEY_NOT_TEXT", detail: "A key must be text." });
      }
      return;
    }
    const path: Path = { parent: place.path, key: key.text };
    const value = convert(context, pair.value, { limit: next, depth: place.depth + 1, inFlow, path });
    if (key.text === "<<" && key.style === "plain" && value.kind !== "scalar") {
      inherited.push(...entriesOf(value));
      return;
    }
    const first = seen.get(key.text);
    const span = { source, start: key.start, end: key.end };
    if (first !== undefined) problems.push({ kind: "duplicate-key", span, path, first });
    else {
      seen.set(key.text, span);
      entries.push({ key, value });
    }
  });
  for (const entry of inherited) {
    if (seen.has(entry.key.text)) continue;
    seen.set(entry.key.text, { source, start: entry.key.start, end: entry.key.end });
    entries.push(entry);
  }
  const size = entries.reduce((sum, entry) => sum + 1 + entry.value.size, 1);
  const incomplete = touches(context.holes, start, inFlow ? end : place.limit);
  return { kind: "map", source, start, end, size, entries, incomplete };
}

/** What a merge key brings in: the entries of a map, or of each map of a list. */
function entriesOf(node: YamlNode): readonly MapEntry[] {
  if (node.kind === "map") return node.entries;
  return node.kind === "list" ? node.items.flatMap((item) => (item.kind === "map" ? item.entries : [])) : [];
}

function convertList(context: Context, node: YAMLSeq<Node>, place: Place): YamlNode {
  const { source } = context;
  const [start, end] = node.range ?? [place.limit, place.limit];
  const inFlow = node.flow === true;
  const items = node.items.map((item, i) => {
    const following: unknown = node.items[i + 1];
    const next = isNodeWithRange(following) ? following.range[0] : inFlow ? end : place.limit;
    const path: Path = { parent: place.path, key: i };
    return convert(context, item, { limit: next, depth: place.depth + 1, inFlow, path });
  });
  const size = items.reduce((sum, item) => sum + item.size, 1);
  const incomplete = touches(context.holes, start, inFlow ? end : place.limit);
  return { kind: "list", source, start, end, size, items, incomplete };
}

function isNodeWithRange(node: unknown): node is { readonly range: readonly [number, number, number] } {
  return (isScalar(node) || isCollection(node) || isAlias(node)) && node.range != null;
}

function touches(ranges: readonly Range[], start: number, end: number): boolean {
  return ranges.some((range) => range.start < end && start < Math.max(range.end, range.start + 1));
}

function hole(source: Source, start: number, end: number): HoleNode {
  return { kind: "hole", source, start, end, size: 1 };
}

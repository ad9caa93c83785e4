// Accepted findings, and new ones. An entry identifies its finding by properties that do not change with the lines around it:
// code, file, path in the document with names instead of indices, and a hash of the marked text.
// Text that may be secret is never hashed, because a short text can be guessed from its hash.
import { compareText, type Diagnostic } from "../../base/diagnostic.ts";
import { sha256Hex } from "../../base/digest.ts";
import type { Span } from "../../base/source.ts";
import { textOf } from "../../base/source.ts";
import type { TypedGraph } from "../../infer/typed.ts";
import type { ParsedDefinition } from "../../parse/parse.ts";
import { spanInScalar } from "../../parse/source-map.ts";
import { entryOf, type ScalarNode, type YamlNode } from "../../parse/tree.ts";

/** One accepted finding; two equal findings are two entries. */
export interface BaselineEntry {
  readonly code: string;
  readonly file: string;
  /** Such as `models["YOLOR-P6"].runtime.load.inputs["weights"].value`. */
  readonly path: string;
  /** The hash of the marked text, if that cannot be secret. */
  readonly content: string | undefined;
}

/** New findings, accepted ones, and entries without a finding. */
export interface BaselineResult {
  readonly fresh: readonly Diagnostic[];
  readonly accepted: readonly Diagnostic[];
  readonly unneeded: readonly BaselineEntry[];
}

/** The entries of findings; `fileName` gives the path of a file as the baseline writes it. */
export function entriesFor(
  diagnostics: readonly Diagnostic[],
  { bound }: TypedGraph,
  fileName: (path: string) => string,
): readonly BaselineEntry[] {
  const definitions = new Map(
    bound.files.map((definition) => [definition.source.path, { definition, scalars: sorted(definition) }]),
  );
  return diagnostics.map(({ code, span, path }) => {
    const known = definitions.get(span.source.path);
    const keys = keysIn(path);
    const content = known && contentOf(known.scalars, code, keys, span);
    return { code, file: fileName(span.source.path), path: symbolicPath(known?.definition, keys), content };
  });
}

/** Compares findings with accepted ones, one by one; `entries` belong to `diagnostics` in the same order. */
export function compareWithBaseline(
  diagnostics: readonly Diagnostic[],
  entries: readonly BaselineEntry[],
  baseline: readonly BaselineEntry[],
): BaselineResult {
  const left = new Map<string, BaselineEntry[]>();
  for (const entry of baseline) {
    const same = left.get(keyOf(entry));
    if (same === undefined) left.set(keyOf(entry), [entry]);
    else same.push(entry);
  }
  const fresh: Diagnostic[] = [];
  const accepted: Diagnostic[] = [];
  diagnostics.forEach((diagnostic, i) => {
    const entry = entries[i];
    const isAccepted = entry !== undefined && left.get(keyOf(entry))?.pop() !== undefined;
    (isAccepted ? accepted : fresh).push(diagnostic);
  });
  return { fresh, accepted, unneeded: [...left.values()].flat() };
}

/** Sorted, so that the same findings give the same file. */
export function compareEntries(a: BaselineEntry, b: BaselineEntry): number {
  return (
    compareText(a.file, b.file) ||
    compareText(a.path, b.path) ||
    compareText(a.code, b.code) ||
    compareText(a.content ?? "", b.content ?? "")
  );
}

function keyOf({ code, file, path, content }: BaselineEntry): string {
  return JSON.stringify([code, file, path, content ?? ""]);
}

/** The keys of a printed path: `models[0]["a b"]` has three. */
function keysIn(path: string): readonly (string | number)[] {
  const parts = path.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|\.?([^.[\]]+)/gu);
  return [...parts].map(([, index, quoted, name = ""]) => {
    if (index !== undefined) return Number(index);
    return quoted === undefined ? name : String(JSON.parse(quoted));
  });
}

function symbolicPath(definition: ParsedDefinition | undefined, keys: readonly (string | number)[]): string {
  let node: YamlNode | undefined = definition?.root?.node;
  let text = "";
  for (const key of keys) {
    if (typeof key === "number") {
      node = node?.kind === "list" ? node.items[key] : undefined;
      const name = nameOf(node);
      text += `[${name === undefined ? key : JSON.stringify(name)}]`;
    } else {
      node = node?.kind === "map" ? entryOf(node, key)?.value : undefined;
      // After a space, the key contains what was meant to be its value.
      const [word = ""] = key.split(/\s/);
      text += /^[\p{L}\p{N}_-]+$/u.test(word) ? `${text === "" ? "" : "."}${word}` : `[${JSON.stringify(word)}]`;
    }
  }
  return text;
}

function nameOf(item: YamlNode | undefined): string | undefined {
  const name = item?.kind === "map" ? entryOf(item, "name")?.value : undefined;
  return name?.kind === "scalar" ? name.text : undefined;
}

/** The keys whose text may be or contain a secret. */
const SECRET_KEYS: ReadonlySet<string | number> = new Set([
  "access_token",
  "annotations_url",
  "credentials",
  "data_url",
  "url",
  "value",
]);

const HASH_LENGTH = 16;

/** The hash of one marked word. Names in expressions are never secret. */
function contentOf(
  scalars: readonly ScalarNode[],
  code: string,
  keys: readonly (string | number)[],
  span: Span,
): string | undefined {
  const text = textOf(span);
  if (keys.length === 0 || /\s|^$/.test(text) || /secret|token|password|credential/.test(code)) return undefined;
  if (keys.some((key) => SECRET_KEYS.has(key)) && !isInPath(scalars, span)) return undefined;
  return sha256Hex(text).slice(0, HASH_LENGTH);
}

/** Whether a span is within the path of an expression. */
function isInPath(scalars: readonly ScalarNode[], { start, end }: Span): boolean {
  let [low, high] = [0, scalars.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((scalars[middle]?.start ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  const scalar = scalars[low - 1];
  return scalar !== undefined && pathsIn(scalar).some((path) => path.start <= start && end <= path.end);
}

/** The scalars with expressions, in the order of the text. */
function sorted({ templates }: ParsedDefinition): readonly ScalarNode[] {
  return templates.map(({ scalar }) => scalar).sort((a, b) => a.start - b.start);
}

function pathsIn(scalar: ScalarNode): readonly Span[] {
  return (scalar.template?.parts ?? []).flatMap((part) => {
    if (part.kind !== "expression") return [];
    const { path } = part;
    return [spanInScalar(scalar, path[0].start, (path[path.length - 1] ?? path[0]).end)];
  });
}

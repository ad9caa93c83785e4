// Takes a definition and returns its sections and entries as editors list them.
import { type Span, textOf } from "../base/source.ts";
import { spelledText } from "../bind/late-name.ts";
import { hideSecrets } from "../check/conceal.ts";
import type { ParsedDefinition } from "../parse/parse.ts";
import { entryOf, type MapEntry, spanOf, type YamlNode } from "../parse/tree.ts";

/** One entry of an outline. */
export interface OutlineEntry {
  readonly name: string;
  readonly kind:
    | "section"
    | "model"
    | "file"
    | "call"
    | "input"
    | "output"
    | "dataset"
    | "domain"
    | "transformation"
    | "test"
    | "baseline"
    | "other";
  /** The whole entry. */
  readonly span: Span;
  /** Its name, inside of `span`. */
  readonly nameSpan: Span;
  readonly below: readonly OutlineEntry[];
}

/** The maximum number of entries. More of them make editors slow. */
const MOST_ENTRIES = 5000;

const ITEMS: Readonly<Record<string, OutlineEntry["kind"]>> = {
  models: "model",
  files: "file",
  inputs: "input",
  datasets: "dataset",
  domains: "domain",
  transformations: "transformation",
  tests: "test",
  baselines: "baseline",
};

const MAPS: ReadonlySet<string> = new Set(["project", "runtime", "load", "predict"]);

/** The outline of a definition: its sections, and the entries with a name below them. It ends after 5,000 entries. */
export function outline(definition: ParsedDefinition): readonly OutlineEntry[] {
  const context = { left: MOST_ENTRIES, hide: hideSecrets([definition]).text };
  return (definition.root?.node.entries ?? []).flatMap((entry) => section(entry, context));
}

interface Context {
  /** How many more entries fit. */
  left: number;
  readonly hide: (text: string) => string;
}

function section({ key, value }: MapEntry, context: Context): readonly OutlineEntry[] {
  const item = ITEMS[key.text];
  if (item === undefined && !MAPS.has(key.text)) return [];
  if (context.left-- <= 0) return [];
  const below =
    value.kind === "list"
      ? value.items.flatMap((each) => listItem(each, item ?? "other", context))
      : value.kind === "map"
        ? value.entries.flatMap((entry) => section(entry, context))
        : [];
  const kind = key.text === "load" || key.text === "predict" ? "call" : "section";
  return [{ name: key.text, kind, span: spanFrom(spanOf(key), value), nameSpan: spanOf(key), below }];
}

function listItem(node: YamlNode, kind: OutlineEntry["kind"], context: Context): readonly OutlineEntry[] {
  const name = node.kind === "map" ? (entryOf(node, "name") ?? entryOf(node, "file"))?.value : undefined;
  if (node.kind !== "map" || name?.kind !== "scalar" || context.left-- <= 0) return [];
  const nameSpan = spanOf(name);
  // An aliased name is written elsewhere.
  const isOwn = nameSpan.start >= node.start && nameSpan.end <= node.end;
  return [
    {
      name: context.hide(spelledText(name)) || "unnamed",
      kind,
      span: trimmed(spanOf(node)),
      nameSpan: isOwn ? nameSpan : spanOf(node),
      below: node.entries.flatMap((entry) => section(entry, context)),
    },
  ];
}

function spanFrom(start: Span, value: YamlNode): Span {
  const isBelow = value.source === start.source && value.end >= start.end && value.kind !== "hole";
  return isBelow ? trimmed({ ...start, end: value.end }) : start;
}

/** A span without the whitespace at its end, because a block ends where the next one begins. */
function trimmed(span: Span): Span {
  return { ...span, end: span.start + textOf(span).trimEnd().length };
}

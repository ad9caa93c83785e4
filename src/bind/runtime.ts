// Which runtime a model uses: its own, else the one of its repository's `efemarai.yaml`, by exact name before the
// universal entry.
import type { Expression } from "../../grammar/expression.ts";
import { folderOf, isAbsolute, joinPath } from "../base/path.ts";
import { hasScheme } from "../base/schemes.ts";
import type { ParsedDefinition } from "../parse/parse.ts";
import type { ScalarNode } from "../parse/tree.ts";
import type { BoundRepository, ModelEntry, RuntimeSection } from "./bound.ts";
import { constantName, type LateName, lateName, namesLike, spelledText } from "./late-name.ts";
import { plainText } from "./value.ts";

/** The file of a repository in which runtimes are looked for. */
export const RUNTIME_FILE = "efemarai.yaml";

/** The name of the entry that serves every model without a runtime of its own. */
export const UNIVERSAL_NAME = "${model.name}";

/** Where a model's code is, as far as the text alone tells. */
export function locate(entry: ModelEntry, definition: ParsedDefinition): BoundRepository["location"] {
  const section = entry.fields.repository;
  const folder = folderOf(definition.source.path);
  const isBroken = section === undefined ? entry.written.has("repository") : section.node.incomplete;
  const leaf = section?.fields.url;
  if (leaf === undefined) {
    // Who writes a branch has an address in mind.
    const isMeant = ["url", "branch", "hash", "access_token"].some((key) => section?.written.has(key));
    if (isBroken || isMeant) return { kind: "unknown", leaf };
    return { kind: "local", folder, leaf };
  }
  const url = constantText(entry, leaf.node);
  if (hasScheme(url ?? leaf.node.text)) return { kind: "remote", url: url ?? leaf.node.text, leaf };
  if (url === undefined) return { kind: "unknown", leaf };
  return { kind: "local", folder: isAbsolute(url) ? url : joinPath(folder, url), leaf };
}

/** The text of a scalar that holds no expression but the model's own name. */
function constantText(entry: ModelEntry, { text, template }: ScalarNode): string | undefined {
  const parts = (template?.parts ?? [{ kind: "text", value: text } as const]).map((part) => {
    if (part.kind === "text") return part.value;
    const isName = part.kind === "expression" && isModelName(part) && !isUniversal(entry);
    return isName ? entry.fields.name && plainText(entry.fields.name.node) : undefined;
  });
  return parts.includes(undefined) ? undefined : parts.join("");
}

/** The definition file in which a model without a runtime of its own finds one; `undefined` when none can be read. */
export function runtimeFileOf(entry: ModelEntry, definition: ParsedDefinition): string | undefined {
  if (entry.fields.runtime !== undefined || entry.written.has("runtime")) return undefined;
  const location = locate(entry, definition);
  return location.kind === "local" ? joinPath(location.folder, RUNTIME_FILE) : undefined;
}

/** What was found for a model, before anything in it is bound. */
export type FoundRuntime =
  | { readonly kind: "own"; readonly section: RuntimeSection }
  | {
      readonly kind: "exact" | "universal";
      readonly section: RuntimeSection;
      readonly entry: ModelEntry;
      readonly definition: ParsedDefinition;
    }
  | { readonly kind: "unverified" }
  | { readonly kind: "broken" }
  | { readonly kind: "missing"; readonly path: string; readonly isRead: boolean; readonly names: readonly string[] };

/** Finds a model's runtime among all files that were read, by path. */
export function findRuntime(
  entry: ModelEntry,
  definition: ParsedDefinition,
  definitions: ReadonlyMap<string, ParsedDefinition>,
): FoundRuntime {
  const own = entry.fields.runtime;
  if (own !== undefined) return { kind: "own", section: own };
  if (entry.written.has("runtime") || entry.node.incomplete) return { kind: "broken" };
  const location = locate(entry, definition);
  if (location.kind === "remote") return { kind: "unverified" };
  const path = runtimeFileOf(entry, definition);
  if (path === undefined) return { kind: location.kind === "unknown" ? "unverified" : "broken" };
  const other = definitions.get(path);
  // The universal entry lends; it has nobody to borrow from.
  if (other === undefined || isUniversal(entry)) return { kind: "missing", path, isRead: false, names: [] };
  const lenders = lendersIn(other);
  const name = nameOf(entry);
  const exact = name === undefined ? undefined : lenders.byName.get(name);
  // Two entries of one name in one file are a mistake of their own.
  if (exact !== undefined && other === definition) return { kind: "broken" };
  const found = exact ?? lenders.byName.get(UNIVERSAL_NAME);
  if (found === undefined) {
    if (lenders.isBroken || name === undefined) return { kind: "broken" };
    // Its name, or that of an entry, is made from variables, and the two may be the same.
    if (namesLike(nameLater(entry), isLate(entry) ? lenders.all : lenders.late).length > 0)
      return { kind: "unverified" };
    return { kind: "missing", path, isRead: true, names: lenders.names };
  }
  const section = found.fields.runtime;
  if (section === undefined) return { kind: "broken" };
  return { kind: exact === undefined ? "universal" : "exact", section, entry: found, definition: other };
}

interface Lenders {
  readonly byName: ReadonlyMap<string, ModelEntry>;
  readonly names: readonly string[];
  /** The same names, of which each may hold variables. */
  readonly all: readonly LateName[];
  /** Those that hold variables. */
  readonly late: readonly LateName[];
  /** Whether one that cannot be read may be the one that is looked for. */
  readonly isBroken: boolean;
}

const known = new WeakMap<ParsedDefinition, Lenders>();

/** The entries of a file that have a runtime, of each name the first. */
function lendersIn(definition: ParsedDefinition): Lenders {
  const before = known.get(definition);
  if (before !== undefined) return before;
  const models = definition.root?.fields.models;
  const byName = new Map<string, ModelEntry>();
  for (const item of models?.items ?? []) {
    const name = item?.written.has("runtime") === true ? nameOf(item) : undefined;
    if (item !== undefined && name !== undefined && !byName.has(name)) byName.set(name, item);
  }
  const isUnread = definition.root === undefined || (models === undefined && definition.root.written.has("models"));
  const hasHole = models?.node.incomplete === true || models?.items.some((item) => !item || !hasReadableName(item));
  const entries = [...byName.values()];
  const lenders = {
    byName,
    names: [...byName.keys()],
    all: entries.map(nameLater),
    late: entries.filter(isLate).map(nameLater),
    isBroken: isUnread || hasHole === true,
  };
  known.set(definition, lenders);
  return lenders;
}

/** A model's name without escapes; the universal name is the same in every spelling. */
export function nameOf(entry: ModelEntry): string | undefined {
  const node = entry.fields.name?.node;
  if (node === undefined) return undefined;
  return isUniversal(entry) ? UNIVERSAL_NAME : spelledText(node);
}

/** Whether the name of an entry holds variables. */
function isLate(entry: ModelEntry): boolean {
  return entry.fields.name !== undefined && !isUniversal(entry) && lateName(entry.fields.name.node) !== undefined;
}

/** The name of an entry as one that may hold variables. */
function nameLater(entry: ModelEntry): LateName {
  const node = entry.fields.name?.node;
  return (node && lateName(node)) ?? constantName(nameOf(entry) ?? "");
}

/** Whether an entry's name is known: it is text, with variables or without, or the universal name. */
function hasReadableName(entry: ModelEntry): boolean {
  const node = entry.fields.name?.node;
  if (node === undefined || node.text.trim() === "") return false;
  return isUniversal(entry) || plainText(node) !== undefined || lateName(node) !== undefined;
}

/** Whether an entry serves every model that has none of its own: its name is `${model.name}`, in any spelling. */
export function isUniversal(entry: ModelEntry): boolean {
  const parts = entry.fields.name?.node.template?.parts;
  const [only] = parts ?? [];
  return parts?.length === 1 && only?.kind === "expression" && isModelName(only);
}

function isModelName({ path }: Expression): boolean {
  return path.length === 2 && path[0].value === "model" && path[1]?.value === "name";
}

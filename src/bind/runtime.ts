// Finds the runtime of a model: its own, or a runtime in the `efemarai.yaml` of its repository. There, the entry with the
// same name comes before the universal one.
import type { Expression } from "../../grammar/expression.ts";
import { folderOf, isAbsolute, joinPath } from "../base/path.ts";
import { hasScheme } from "../base/schemes.ts";
import type { ParsedDefinition } from "../parse/parse.ts";
import type { ScalarNode } from "../parse/tree.ts";
import type { BoundRepository, ModelEntry, RuntimeSection } from "./bound.ts";
import { constantName, type LateName, lateName, namesLike, spelledText } from "./late-name.ts";
import { plainText } from "./value.ts";

/** The file in a repository that provides runtimes. */
export const RUNTIME_FILE = "efemarai.yaml";

/** The name of the universal model. */
export const UNIVERSAL_NAME = "${model.name}";

/** Where the code of a model is, as far as the text alone shows. */
export function locate(entry: ModelEntry, definition: ParsedDefinition): BoundRepository["location"] {
  const section = entry.fields.repository;
  const folder = folderOf(definition.source.path);
  const isBroken = section === undefined ? entry.written.has("repository") : section.node.incomplete;
  const leaf = section?.fields.url;
  if (leaf === undefined) {
    // A branch, a commit or a token without a URL means that the URL was forgotten.
    const isMeant = ["url", "branch", "hash", "access_token"].some((key) => section?.written.has(key));
    if (isBroken || isMeant) return { kind: "unknown", leaf };
    return { kind: "local", folder, leaf };
  }
  const url = constantText(entry, leaf.node);
  if (hasScheme(url ?? leaf.node.text)) return { kind: "remote", url: url ?? leaf.node.text, leaf };
  if (url === undefined) return { kind: "unknown", leaf };
  return { kind: "local", folder: isAbsolute(url) ? url : joinPath(folder, url), leaf };
}

/** The text of a scalar whose only expression, if any, is the model's own name. */
function constantText(entry: ModelEntry, { text, template }: ScalarNode): string | undefined {
  const parts = (template?.parts ?? [{ kind: "text", value: text } as const]).map((part) => {
    if (part.kind === "text") return part.value;
    const isName = part.kind === "expression" && isModelName(part) && !isUniversal(entry);
    return isName ? entry.fields.name && plainText(entry.fields.name.node) : undefined;
  });
  return parts.includes(undefined) ? undefined : parts.join("");
}

/**
 * The path of the definition that may provide a model's runtime; `undefined` if the model has its own or the path is
 * unknown.
 */
export function runtimeFileOf(entry: ModelEntry, definition: ParsedDefinition): string | undefined {
  if (entry.fields.runtime !== undefined || entry.written.has("runtime")) return undefined;
  const location = locate(entry, definition);
  return location.kind === "local" ? joinPath(location.folder, RUNTIME_FILE) : undefined;
}

/** The runtime that was found for a model, before its values are bound. */
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

/** Finds the runtime of a model in the files that were read; `definitions` has them by path. */
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
  // The universal model provides a runtime and never uses another one's.
  if (other === undefined || isUniversal(entry)) return { kind: "missing", path, isRead: false, names: [] };
  const shared = sharedRuntimesIn(other);
  const name = nameOf(entry);
  const exact = name === undefined ? undefined : shared.byName.get(name);
  // Two entries with the same name in one file have a finding of their own.
  if (exact !== undefined && other === definition) return { kind: "broken" };
  const found = exact ?? shared.byName.get(UNIVERSAL_NAME);
  if (found === undefined) {
    if (shared.isBroken || name === undefined) return { kind: "broken" };
    // One of the names contains variables, and the two may be equal when the model runs.
    if (namesLike(asLateName(entry), hasLateName(entry) ? shared.all : shared.late).length > 0)
      return { kind: "unverified" };
    return { kind: "missing", path, isRead: true, names: shared.names };
  }
  const section = found.fields.runtime;
  if (section === undefined) return { kind: "broken" };
  return { kind: exact === undefined ? "universal" : "exact", section, entry: found, definition: other };
}

interface SharedRuntimes {
  readonly byName: ReadonlyMap<string, ModelEntry>;
  readonly names: readonly string[];
  /** All names in the form that may contain variables. */
  readonly all: readonly LateName[];
  /** The names that contain variables. */
  readonly late: readonly LateName[];
  /** Whether some entries are unreadable, so that a missing one may be among them. */
  readonly isBroken: boolean;
}

const known = new WeakMap<ParsedDefinition, SharedRuntimes>();

/** The entries of a file with a runtime. Of several with one name, the first is kept. */
function sharedRuntimesIn(definition: ParsedDefinition): SharedRuntimes {
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
  const shared = {
    byName,
    names: [...byName.keys()],
    all: entries.map(asLateName),
    late: entries.filter(hasLateName).map(asLateName),
    isBroken: isUnread || hasHole === true,
  };
  known.set(definition, shared);
  return shared;
}

/** The name of a model without escapes. The universal name is the same in every spelling. */
export function nameOf(entry: ModelEntry): string | undefined {
  const node = entry.fields.name?.node;
  if (node === undefined) return undefined;
  return isUniversal(entry) ? UNIVERSAL_NAME : spelledText(node);
}

/** Whether the name of an entry contains variables. */
function hasLateName(entry: ModelEntry): boolean {
  return entry.fields.name !== undefined && !isUniversal(entry) && lateName(entry.fields.name.node) !== undefined;
}

/** The name of an entry in the form that may contain variables. */
function asLateName(entry: ModelEntry): LateName {
  const node = entry.fields.name?.node;
  return (node && lateName(node)) ?? constantName(nameOf(entry) ?? "");
}

/** Whether the name of an entry is readable: text, with or without variables, or the universal name. */
function hasReadableName(entry: ModelEntry): boolean {
  const node = entry.fields.name?.node;
  if (node === undefined || node.text.trim() === "") return false;
  return isUniversal(entry) || plainText(node) !== undefined || lateName(node) !== undefined;
}

/** Whether an entry is the universal model: its name is `${model.name}`, in any spelling. */
export function isUniversal(entry: ModelEntry): boolean {
  const parts = entry.fields.name?.node.template?.parts;
  const [only] = parts ?? [];
  return parts?.length === 1 && only?.kind === "expression" && isModelName(only);
}

function isModelName({ path }: Expression): boolean {
  return path.length === 2 && path[0].value === "model" && path[1]?.value === "name";
}

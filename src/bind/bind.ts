// Takes the definition files and returns the dependency graph, in which every name is linked to its meaning.
// Promises: every expression has a meaning, which may be "undefined" or "wrong phase"; reports nothing and never throws.
import { SETTINGS_KEY } from "../../grammar/definition.ts";
import type { ParsedDefinition } from "../parse/parse.ts";
import type { BoundModel, ModelEntry, Reference } from "./bound.ts";
import { type BoundDomain, bindDomains, domainPart } from "./domain.ts";
import { buildGraph, type DependencyGraph } from "./graph.ts";
import { bindModel, type ModelSeed } from "./model.ts";
import { modelPart } from "./model-graph.ts";
import { findRuntime } from "./runtime.ts";
import { type BindContext, bindValue } from "./value.ts";

/** All definition files with every name linked to its meaning. The meaning of an unknown name says that it is undefined. */
export interface BoundGraph {
  /** The files to check. */
  readonly requested: readonly ParsedDefinition[];
  /** The requested files, followed by the files that provide runtimes for them. */
  readonly files: readonly ParsedDefinition[];
  readonly models: readonly BoundModel[];
  /** The domains that are defined in these files, not in files of their own. */
  readonly domains: readonly BoundDomain[];
  /** References outside models: in projects, datasets, domains, tests and baselines. */
  readonly references: readonly Reference[];
  readonly graph: DependencyGraph;
  /** The first model whose inherited runtime is not bound, because all inherited runtimes together have too many values. */
  readonly tooLarge: ModelEntry | undefined;
}

/**
 * The maximum number of values in all inherited runtimes together. Each model has its own copy of the values of its runtime.
 * The limit grows with the size of the files, because a model with its own runtime needs at least as much text.
 */
export function maxInheritedValues(files: readonly ParsedDefinition[]): number {
  const characters = files.reduce((sum, { source }) => sum + source.text.length, 0);
  return 200_000 + Math.floor(0.4 * characters);
}

/** Binds the `requested` files. `others` are the files that may provide runtimes for their models. */
export function bind(requested: readonly ParsedDefinition[], others: readonly ParsedDefinition[]): BoundGraph {
  const files = [...requested, ...others];
  const byPath = new Map(files.map((file) => [file.source.path, file]));
  const seeds: ModelSeed[] = [];
  const providers = new Set<ModelEntry>();
  const limit = maxInheritedValues(files);
  let inheritedValues = 0;
  let tooLarge: ModelEntry | undefined;
  files.forEach((definition, f) => {
    definition.root?.fields.models?.items.forEach((entry, m) => {
      if (entry === undefined) return;
      let found = findRuntime(entry, definition, byPath);
      if ("entry" in found) inheritedValues += found.section.node.size;
      if ("entry" in found && inheritedValues > limit) {
        tooLarge ??= entry;
        found = { kind: "broken" };
      }
      if (found.kind === "exact") providers.add(found.entry);
      const isRequested = f < requested.length;
      seeds.push({ key: `m${f}.${m}`, definition, isRequested, entry, found, providesRuntime: false });
    });
  });
  const models = seeds.map((seed) => bindModel({ ...seed, providesRuntime: providers.has(seed.entry) }));
  const domains = files.flatMap(bindDomains);
  const references = files.flatMap(referencesOutside);
  const graph = buildGraph([
    ...models.map((model) => () => modelPart(model)),
    ...domains.map((domain) => () => domainPart(domain)),
  ]);
  return { requested, files, models, domains, references, graph, tooLarge };
}

const SECTIONS = ["project", "datasets", "domains", "tests", "baselines", SETTINGS_KEY] as const;

/** The references outside of models. Unknown top-level keys have no meaning, so their values are not searched. */
function referencesOutside({ root }: ParsedDefinition): readonly Reference[] {
  const references: Reference[] = [];
  const context: BindContext = { phase: "outside", scope: undefined, isInherited: false, references };
  for (const section of SECTIONS) {
    const shaped = root?.fields[section];
    if (shaped !== undefined) bindValue(context, shaped.node, shaped.path);
  }
  return references;
}

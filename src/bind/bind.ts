// Takes the definition files, gives the dependency graph: every name linked to what it means.
// Promises: every expression has a meaning, "undefined" and "wrong phase" among them; never complains, never throws.
import type { ParsedDefinition } from "../parse/parse.ts";
import type { BoundModel, ModelEntry, Reference } from "./bound.ts";
import { type BoundDomain, bindDomains, domainPart } from "./domain.ts";
import { buildGraph, type DependencyGraph } from "./graph.ts";
import { bindModel, type ModelSeed } from "./model.ts";
import { modelPart } from "./model-graph.ts";
import { findRuntime } from "./runtime.ts";
import { bindValue, type ValueContext } from "./value.ts";

/** All definition files, with every name linked to what it means; the target of an unknown name says so. */
export interface BoundGraph {
  /** The files that were asked for. */
  readonly requested: readonly ParsedDefinition[];
  /** These first, then those that hold runtimes for them. */
  readonly files: readonly ParsedDefinition[];
  readonly models: readonly BoundModel[];
  /** Those that are written out in these files. */
  readonly domains: readonly BoundDomain[];
  /** References outside models: in projects, datasets, domains, tests and baselines. */
  readonly references: readonly Reference[];
  readonly graph: DependencyGraph;
  /** The first model whose runtime, taken from another entry, is not bound because there are too many values in all of them. */
  readonly tooLarge: ModelEntry | undefined;
}

/** Values in the runtimes that models take from other entries: each model has its own copy of all of them. */
export const MOST_BORROWED = 1_000_000;

/** Binds the `requested` files; `others` were read because models in them may lend their runtime. */
export function bind(requested: readonly ParsedDefinition[], others: readonly ParsedDefinition[]): BoundGraph {
  const files = [...requested, ...others];
  const byPath = new Map(files.map((file) => [file.source.path, file]));
  const seeds: ModelSeed[] = [];
  const lenders = new Set<ModelEntry>();
  let borrowed = 0;
  let tooLarge: ModelEntry | undefined;
  files.forEach((definition, f) => {
    definition.root?.fields.models?.items.forEach((entry, m) => {
      if (entry === undefined) return;
      let found = findRuntime(entry, definition, byPath);
      if ("entry" in found) borrowed += found.section.node.size;
      if ("entry" in found && borrowed > MOST_BORROWED) {
        tooLarge ??= entry;
        found = { kind: "broken" };
      }
      if (found.kind === "exact") lenders.add(found.entry);
      const isRequested = f < requested.length;
      seeds.push({ key: `m${f}.${m}`, definition, isRequested, entry, found, isLender: false });
    });
  });
  const models = seeds.map((seed) => bindModel({ ...seed, isLender: lenders.has(seed.entry) }));
  const domains = files.flatMap(bindDomains);
  const references = files.flatMap(referencesOutside);
  const graph = buildGraph([
    ...models.map((model) => () => modelPart(model)),
    ...domains.map((domain) => () => domainPart(domain)),
  ]);
  return { requested, files, models, domains, references, graph, tooLarge };
}

const SECTIONS = ["project", "datasets", "domains", "tests", "baselines"] as const;

/** The references of everything but the models. A key that is no section means nothing, whatever stands below it. */
function referencesOutside({ root }: ParsedDefinition): readonly Reference[] {
  const references: Reference[] = [];
  const context: ValueContext = { phase: "outside", scope: undefined, isBorrowed: false, references };
  for (const section of SECTIONS) {
    const shaped = root?.fields[section];
    if (shaped !== undefined) bindValue(context, shaped.node, shaped.path);
  }
  return references;
}

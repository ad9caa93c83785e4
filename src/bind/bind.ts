// Takes the definition files, gives the dependency graph: every name linked to what it means.
// Promises: every expression has a meaning, "undefined" and "wrong phase" among them; never complains, never throws.
import { SETTINGS_KEY } from "../../grammar/definition.ts";
import type { ParsedDefinition } from "../parse/parse.ts";
import type { BoundModel, ModelEntry, Reference } from "./bound.ts";
import { type BoundDomain, bindDomains, domainPart } from "./domain.ts";
import { buildGraph, type DependencyGraph } from "./graph.ts";
import { bindModel, type ModelSeed } from "./model.ts";
import { modelPart } from "./model-graph.ts";
import { findRuntime } from "./runtime.ts";
import { type BindContext, bindValue } from "./value.ts";

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

/**
 * How many values the runtimes that models take from other entries may have together: each model has its own copy of all of
 * them. Large files may have more, in proportion to their size: a model with an entry of its own is at least as long.
 */
export function mostBorrowed(files: readonly ParsedDefinition[]): number {
  const characters = files.reduce((sum, { source }) => sum + source.text.length, 0);
  return 200_000 + Math.floor(0.4 * characters);
}

/** Binds the `requested` files; `others` were read because models in them may lend their runtime. */
export function bind(requested: readonly ParsedDefinition[], others: readonly ParsedDefinition[]): BoundGraph {
  const files = [...requested, ...others];
  const byPath = new Map(files.map((file) => [file.source.path, file]));
  const seeds: ModelSeed[] = [];
  const lenders = new Set<ModelEntry>();
  const most = mostBorrowed(files);
  let borrowed = 0;
  let tooLarge: ModelEntry | undefined;
  files.forEach((definition, f) => {
    definition.root?.fields.models?.items.forEach((entry, m) => {
      if (entry === undefined) return;
      let found = findRuntime(entry, definition, byPath);
      if ("entry" in found) borrowed += found.section.node.size;
      if ("entry" in found && borrowed > most) {
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

const SECTIONS = ["project", "datasets", "domains", "tests", "baselines", SETTINGS_KEY] as const;

/** The references of everything but the models. A key that is no section means nothing, whatever stands below it. */
function referencesOutside({ root }: ParsedDefinition): readonly Reference[] {
  const references: Reference[] = [];
  const context: BindContext = { phase: "outside", scope: undefined, isBorrowed: false, references };
  for (const section of SECTIONS) {
    const shaped = root?.fields[section];
    if (shaped !== undefined) bindValue(context, shaped.node, shaped.path);
  }
  return references;
}

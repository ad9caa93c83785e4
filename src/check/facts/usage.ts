import { remember } from "../../base/remember.ts";
import type { BoundCall, BoundRuntime, BoundValue, Meaning, Reference } from "../../bind/bound.ts";
import { referencesIn } from "../../bind/value.ts";
import type { TypedModel } from "../../infer/typed.ts";
import type { ParsedDefinition } from "../../parse/parse.ts";
import type { Problem } from "../../parse/problem.ts";
import { indexRanges, type RangeIndex } from "../../parse/ranges.ts";
import type { MapNode } from "../../parse/tree.ts";
import { forgottenDollars } from "./forgotten.ts";

/**
 * The runtime of a model if all of it is valid and every reference can be resolved. Otherwise nothing is known to be unused: an
 * invalid reference may be the missing one.
 */
export function soundRuntime({
  bound: { runtime, references },
  load,
  predict,
  calls,
}: TypedModel): SoundRuntime | undefined {
  if (!("runtime" in runtime)) return undefined;
  const { runtime: found } = runtime;
  if (found.section.node.incomplete || found.load === undefined || found.predict === undefined) return undefined;
  if (![found.load, found.predict].every(isWhole)) return undefined;
  // An input that is part of a cycle has no place in the order.
  if (load.length < found.load.inputs.size || predict.length < found.predict.inputs.size) return undefined;
  if (references.some(isWrong)) return undefined;
  if (calls().some(({ arguments: args }) => args !== undefined && args.missing.count + args.unknown.length > 0)) {
    return undefined;
  }
  if ([found.load, found.predict].some((call) => forgottenDollars(call).length > 0)) return undefined;
  if ([found.load, found.predict].some(({ section }) => hasProblem(found.definition, section.node))) return undefined;
  return { ...found, load: found.load, predict: found.predict };
}

const problemPlaces = new WeakMap<ParsedDefinition, RangeIndex>();

/** Whether the parser found a problem inside a node. */
function hasProblem(definition: ParsedDefinition, { start, end }: MapNode): boolean {
  const places = problemPlaces.get(definition) ?? indexRanges(definition.problems.map(startOf));
  problemPlaces.set(definition, places);
  return places.touches(start, end);
}

function startOf(problem: Problem): { readonly start: number; readonly end: number } {
  const { start } = problem.kind === "expression-syntax" ? problem.scalar : problem.span;
  return { start, end: start };
}

/** Whether a reference cannot be resolved. */
export function isWrong({ meaning }: Reference): boolean {
  return WRONG.has(meaning.kind);
}

const WRONG: ReadonlySet<Meaning["kind"]> = new Set(["undefined", "wrong-phase", "incomplete", "late", "unknown"]);

export type SoundRuntime = BoundRuntime & { readonly load: BoundCall; readonly predict: BoundCall };

function isWhole({ section, inputs, hasBrokenInput }: BoundCall): boolean {
  return !section.node.incomplete && !hasBrokenInput && [...inputs.values()].every(({ value }) => isReadable(value));
}

function isReadable(value: BoundValue | undefined): boolean {
  if (value === undefined || value.kind === "hole") return false;
  if (value.kind === "list") return value.items.every(isReadable);
  if (value.kind === "map") return value.entries.every(([, entry]) => isReadable(entry));
  return true;
}

/** All references in the inputs of a call. */
export function referencesOf({ inputs }: BoundCall): readonly Reference[] {
  return [...inputs.values()].flatMap(({ value }) => referencesIn(value));
}

/** Whether a text without an expression contains the name, as `model.files.params.url` contains `params`. */
export function isMentioned(call: BoundCall, name: string): boolean {
  return mentions(call).has(name);
}

/** All words of texts with a dot in the inputs of a call. */
const mentions = remember(({ inputs }: BoundCall): ReadonlySet<string> => {
  const words = new Set<string>();
  const collect = (value: BoundValue | undefined): void => {
    if (value?.kind === "literal" && value.node.text.includes(".")) {
      for (const word of value.node.text.split(/[^\p{L}\p{N}_-]+/u)) words.add(word);
    } else if (value?.kind === "list") value.items.forEach(collect);
    else if (value?.kind === "map") for (const [, entry] of value.entries) collect(entry);
  };
  for (const { value } of inputs.values()) collect(value);
  return words;
});

// One search for a name: its budget, its world, and the moment at which the name is looked up.
import { remember } from "../../base/remember.ts";
import type { Span } from "../../base/source.ts";
import type { Reach } from "../module.ts";
import type { ModuleFile, Repository } from "./repository.ts";
import { NO_WORLD, type World } from "./worlds.ts";

/**
 * One search in one world. A search for a type does not follow values, includes statements below `if TYPE_CHECKING:`, and
 * considers every binding of a name, because annotations may be evaluated at any time. All worlds share `budget`, so that
 * hostile imports end.
 */
export interface Search {
  readonly repository: Repository;
  readonly wants: "callable" | "type";
  world: World;
  budget: number;
  /** The remaining steps of all searches in the repository. */
  readonly all: { budget: number };
}

/** More names than any real chain of imports contains. */
const BUDGET = 2_000;
/** The limit for all searches together. After that, each search gets the steps of an ordinary chain. */
const BUDGET_OF_ALL = 20_000;
/** More steps than any name needs in real code. */
export const MAX_STEPS = 40;

/** When a name is looked up: while the statement at this offset runs, which may be in a loop. */
export interface Moment {
  readonly offset: number;
  readonly isRepeated: boolean;
}

/** After the module was imported. */
export const IMPORTED: Moment = { offset: Number.POSITIVE_INFINITY, isRepeated: false };

/** While the statement at an offset runs. */
export function momentOf(offset: number, reach: Reach): Moment {
  return { offset, isRepeated: reach === "repeated" };
}

const budgets = remember((_: Repository["modules"]) => ({ budget: BUDGET_OF_ALL }));

/** Starts a search in a repository, before its first world. */
export function searchIn(repository: Repository, wants: Search["wants"]): Search {
  const all = budgets(repository.modules);
  return { repository, wants, world: NO_WORLD, budget: Math.max(MAX_STEPS, Math.min(BUDGET, all.budget)), all };
}

/** Takes one or more steps; false if the budget is used up. */
export function takeStep(search: Search, count = 1): boolean {
  search.all.budget -= count;
  search.budget -= count;
  return search.budget >= 0;
}

/** Whether a statement runs in this world. */
export function runs(
  { world }: Search,
  { module }: ModuleFile,
  span: Span,
  kind: "conditional" | "star-import",
): boolean {
  return world.choose(`${module.source.path}:${span.start}`, 2, { kind, span }) === 0;
}

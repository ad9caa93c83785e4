// One search for a name: how much it may look at, the world that it is in, and the moment at which the name is looked up.
import { remember } from "../../base/remember.ts";
import type { Span } from "../../base/source.ts";
import type { Reach } from "../module.ts";
import type { ModuleFile, Repository } from "./repository.ts";
import { NO_WORLD, type World } from "./worlds.ts";

/**
 * One search in one world. A search for a type does not follow values, sees what stands below `if TYPE_CHECKING:`, and
 * takes every binding of a name for possible, since annotations may be evaluated at any time. `budget` counts down over
 * all worlds, so that hostile imports end.
 */
export interface Search {
  readonly repository: Repository;
  readonly wants: "callable" | "type";
  world: World;
  budget: number;
  /** What is left for all searches of the repository together. */
  readonly all: { budget: number };
}

/** More names than any real chain of imports passes. */
const BUDGET = 2_000;
/** The same for all searches together; then each has what a plain chain takes. */
const BUDGET_OF_ALL = 20_000;
/** More steps than one name takes in real code. */
export const MAX_STEPS = 40;

/** When a name is looked up: as the statement at this offset runs, which may be in a loop. */
export interface Moment {
  readonly offset: number;
  readonly isRepeated: boolean;
}

/** Once the module was imported. */
export const IMPORTED: Moment = { offset: Number.POSITIVE_INFINITY, isRepeated: false };

/** As a statement runs that begins at an offset. */
export function momentOf(offset: number, reach: Reach): Moment {
  return { offset, isRepeated: reach === "repeated" };
}

const budgets = remember((_: Repository["modules"]) => ({ budget: BUDGET_OF_ALL }));

/** Begins a search in a repository, before its first world. */
export function searchIn(repository: Repository, wants: Search["wants"]): Search {
  const all = budgets(repository.modules);
  return { repository, wants, world: NO_WORLD, budget: Math.max(MAX_STEPS, Math.min(BUDGET, all.budget)), all };
}

/** Whether a search may take one more step, or so many. */
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

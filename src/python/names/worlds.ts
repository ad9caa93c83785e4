import type { Doubt } from "./resolution.ts";

/** One outcome of all conditions in some code: which of the statements below `if`, `try` and so on run. */
export interface World {
  /**
   * Chooses one of `count` answers, always the same for the same question. `doubt` is the reason why the answer is
   * open.
   */
  readonly choose: (question: string, count: number, doubt: Doubt) => number;
  /** Marks the world as one in which the code fails, because it needs a name that does not exist. */
  readonly fail: () => void;
  /** The doubts of all choices so far. */
  readonly doubts: readonly Doubt[];
}

/**
 * The results of all worlds in which the code succeeds, or of all worlds if it always fails. `isWhole` is false if
 * there are more worlds than were examined.
 */
export interface Worlds<T> {
  readonly all: readonly { readonly value: T; readonly doubts: readonly Doubt[] }[];
  readonly isWhole: boolean;
}

/** More combinations than any real entry point depends on. */
const MAX_WORLDS = 64;

/**
 * Calls `evaluate` for every world. It must be deterministic. The first world chooses the first answer to every question;
 * code without conditions has exactly one world.
 */
export function inEachWorld<T>(evaluate: (world: World) => T): Worlds<T> {
  const all: { readonly value: T; readonly doubts: readonly Doubt[]; readonly isFailed: boolean }[] = [];
  const picks: { choice: number; readonly count: number }[] = [];
  while (all.length < MAX_WORLDS) {
    const answers = new Map<string, number>();
    const doubts: Doubt[] = [];
    const choose: World["choose"] = (question, count, doubt) => {
      const known = answers.get(question);
      if (known !== undefined) return known;
      const pick = picks[answers.size] ?? { choice: 0, count };
      picks[answers.size] = pick;
      answers.set(question, pick.choice);
      doubts.push(doubt);
      return pick.choice;
    };
    let isFailed = false;
    const fail = () => {
      isFailed = true;
    };
    const value = evaluate({ choose, fail, doubts });
    all.push({ value, doubts, isFailed });
    // Count up like an odometer.
    picks.length = Math.min(picks.length, answers.size);
    for (let last = picks.at(-1); last !== undefined && last.choice + 1 >= last.count; last = picks.at(-1)) picks.pop();
    const last = picks.at(-1);
    if (last === undefined) return { all: possible(all), isWhole: true };
    last.choice++;
  }
  return { all: possible(all), isWhole: false };
}

function possible<T extends { readonly isFailed: boolean }>(all: readonly T[]): readonly T[] {
  const running = all.filter(({ isFailed }) => !isFailed);
  return running.length > 0 ? running : all;
}

/** A placeholder before the first world: no questions are asked. */
export const NO_WORLD: World = { choose: () => 0, fail: () => {}, doubts: [] };

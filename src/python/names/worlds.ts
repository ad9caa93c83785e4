import type { Doubt } from "./resolution.ts";

/** One way in which the conditions of some code turn out: which of the statements below `if`, `try` and the like run. */
export interface World {
  /** Picks one of `count` answers, the same one whenever the question is asked again; `doubt` says why it is open. */
  readonly choose: (question: string, count: number, doubt: Doubt) => number;
  /** Says that no code runs to its end in this world: it needs what is not there. */
  readonly fail: () => void;
  /** The doubts about everything that was picked so far. */
  readonly doubts: readonly Doubt[];
}

/** What was found in each world in which the code runs, or in all when it runs in none; `isWhole` unless there are more worlds than are looked at. */
export interface Worlds<T> {
  readonly all: readonly { readonly value: T; readonly doubts: readonly Doubt[] }[];
  readonly isWhole: boolean;
}

/** More combinations than any real entrypoint depends on. */
const MAX_WORLDS = 64;

/**
 * Judges every world. `judge` must be deterministic; the first world is the one that picks the first answer everywhere.
 * Code without conditions has one world.
 */
export function inEachWorld<T>(judge: (world: World) => T): Worlds<T> {
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
    const value = judge({ choose, fail, doubts });
    all.push({ value, doubts, isFailed });
    // Counts up like an odometer.
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

/** Before the first world: nothing is asked. */
export const NO_WORLD: World = { choose: () => 0, fail: () => {}, doubts: [] };

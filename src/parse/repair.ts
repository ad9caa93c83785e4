import { type Draft, originSpan, type Range } from "./draft.ts";
import type { Problem } from "./problem.ts";

/** A possible repair of a mistake: the repaired draft, the problem to report, and the source ranges that are lost. */
export interface Repair {
  readonly draft: Draft;
  readonly problem: Problem;
  readonly holes: readonly Range[];
  /** By how many columns something was moved. */
  readonly moved?: number;
}

/** The repair of a syntax error. `place` and `hole` are ranges of the draft before the repair. */
export function repair(
  repaired: Draft,
  draft: Draft,
  { code, message }: { readonly code: string; readonly message: string },
  place: Range,
  hole?: Range,
): Repair {
  const span = originSpan(draft, place.start, place.end);
  const holes = hole === undefined ? [] : [originSpan(draft, hole.start, hole.end)];
  return { draft: repaired, problem: { kind: "yaml-syntax", span, code, detail: message }, holes };
}

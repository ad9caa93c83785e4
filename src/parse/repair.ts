import { type Draft, originSpan, type Range } from "./draft.ts";
import type { Problem } from "./problem.ts";

/** One way to mend a mistake: the draft without it, what it is, and which places of the source are lost by it. */
export interface Repair {
  readonly draft: Draft;
  readonly problem: Problem;
  readonly holes: readonly Range[];
  /** How many columns something was moved. */
  readonly moved?: number;
}

/** A repair of a syntax error; `place` and `hole` are pieces of the draft before it. */
export function repair(
  mended: Draft,
  draft: Draft,
  { code, message }: { readonly code: string; readonly message: string },
  place: Range,
  hole?: Range,
): Repair {
  const span = originSpan(draft, place.start, place.end);
  const holes = hole === undefined ? [] : [originSpan(draft, hole.start, hole.end)];
  return { draft: mended, problem: { kind: "yaml-syntax", span, code, detail: message }, holes };
}

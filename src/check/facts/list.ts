import { quote } from "../../base/quote.ts";

const SHOWN = 3;

/** `a`, `b`, `c` and 4 more; `count` is the number of all names if only the first ones, at least four, are given. */
export function list(names: readonly string[], count = names.length): string {
  const quoted = names.slice(0, count === SHOWN + 1 ? SHOWN + 1 : SHOWN).map(quote);
  const more = count - quoted.length;
  const last = more > 0 ? `${more} more` : (quoted.pop() ?? "");
  return quoted.length === 0 ? last : `${quoted.join(", ")} and ${last}`;
}

import { quote } from "../base/did-you-mean.ts";

const SHOWN = 3;

/** `a`, `b`, `c` and 4 more */
export function list(names: readonly string[]): string {
  const quoted = names.slice(0, names.length === SHOWN + 1 ? SHOWN + 1 : SHOWN).map(quote);
  const more = names.length - quoted.length;
  const last = more > 0 ? `${more} more` : (quoted.pop() ?? "");
  return quoted.length === 0 ? last : `${quoted.join(", ")} and ${last}`;
}

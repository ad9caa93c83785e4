// Guesses what the author of a misplaced value meant: which key, and which kind of map.
import { fits, type Shape } from "../../grammar/shape.ts";
import { nearest } from "../base/nearest.ts";
import type { MapEntry } from "./tree.ts";

/** The option that has the most of these keys; `undefined` if none has any. */
export function nearestOption(options: readonly Shape[], keys: ReadonlySet<string>): Shape | undefined {
  let best: { readonly option: Shape; readonly count: number } | undefined;
  for (const option of options) {
    if (option.kind !== "map") continue;
    const known = Object.keys(option.fields);
    const count = [...keys].filter((key) => nearest(key, known).length > 0).length;
    if (count > (best?.count ?? 0)) best = { option, count };
  }
  return best?.option;
}

/** Whether an entry is a merge key with a typo. The keys that it would have merged do not count as missing. */
export function isMergeTypo({ key, value }: MapEntry): boolean {
  return /^(?:<|<[^<]?<|<{3,})$/.test(key.text) && key.text !== "<<" && value.kind !== "scalar";
}

/** Whether the value of an entry could fit a schema. */
export function couldHold(schema: Shape, { key, value }: MapEntry): boolean {
  if (/\s/.test(key.text)) return false;
  if (schema.kind === "optional") return couldHold(schema.inner, { key, value });
  if (schema.kind === "any") return true;
  if (schema.kind === "map") return value.kind === "map";
  if (schema.kind === "list") return value.kind === "list";
  if (value.kind !== "scalar") return false;
  return value.template !== undefined || fits(schema, value.value);
}

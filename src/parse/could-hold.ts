// What somebody meant who wrote something else: other keys, other kinds of maps.
import { fits, type Shape } from "../../grammar/shape.ts";
import { nearest } from "../base/nearest.ts";
import type { MapEntry } from "./tree.ts";

/** Of several kinds of maps the one that was meant by most of the keys; `undefined` when none was. */
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

/** A merge key with a slip in it: what it would have brought is not missing. */
export function isMergeTypo({ key, value }: MapEntry): boolean {
  return /^(?:<|<[^<]?<|<{3,})$/.test(key.text) && key.text !== "<<" && value.kind !== "scalar";
}

/** Whether the value of an entry is what a schema wants. */
export function couldHold(schema: Shape, { key, value }: MapEntry): boolean {
  if (/\s/.test(key.text)) return false;
  if (schema.kind === "optional") return couldHold(schema.inner, { key, value });
  if (schema.kind === "any") return true;
  if (schema.kind === "map") return value.kind === "map";
  if (schema.kind === "list") return value.kind === "list";
  if (value.kind !== "scalar") return false;
  return value.template !== undefined || fits(schema, value.value);
}

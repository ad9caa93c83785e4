// What somebody meant who wrote something else: other keys, other kinds of maps.
import * as z from "zod";
import { nearest } from "../base/did-you-mean.ts";
import type { MapEntry } from "./tree.ts";

/** Of several kinds of maps the one that was meant by most of the keys; `undefined` when none was. */
export function nearestOption(options: readonly z.ZodType[], keys: ReadonlySet<string>): z.ZodType | undefined {
  let best: { readonly option: z.ZodType; readonly count: number } | undefined;
  for (const option of options) {
    if (!(option instanceof z.ZodObject)) continue;
    const known = Object.keys(option.shape);
    const count = [...keys].filter((key) => nearest(key, known).length > 0).length;
    if (count > (best?.count ?? 0)) best = { option, count };
  }
  return best?.option;
}

/** A merge key with a slip in it: what it would have brought is not missing. */
export function isMergeSlip({ key, value }: MapEntry): boolean {
  return /^(?:<|<[^<]?<|<{3,})$/.test(key.text) && key.text !== "<<" && value.kind !== "scalar";
}

/** Whether the value of an entry is what a schema wants. */
export function isAlike(schema: z.ZodType, { key, value }: MapEntry): boolean {
  if (/\s/.test(key.text)) return false;
  if (schema instanceof z.ZodOptional) return isAlike(schema.unwrap() as z.ZodType, { key, value });
  if (schema instanceof z.ZodUnknown) return true;
  if (schema instanceof z.ZodObject) return value.kind === "map";
  if (schema instanceof z.ZodArray) return value.kind === "list";
  if (value.kind !== "scalar") return false;
  return value.template !== undefined || schema.safeParse(value.value).success;
}

// The keys of settings: what a definition can say about a model and no other field of the plan contains.
import type { modelShape, SETTINGS_KEY } from "../../grammar/definition.ts";
import type { MapShape, OptionalShape } from "../../grammar/shape.ts";
import type { PlanModel, PlanValue } from "./execution-plan.ts";

type ModelFields = (typeof modelShape)["fields"];
type FieldsOf<Shape> = Shape extends OptionalShape<MapShape<infer Fields>> ? Fields : never;

/** The keys below a shape whose values contain no other keys, such as `limits.load`. */
type KeysBelow<Fields> = {
  [Key in keyof Fields & string]: [FieldsOf<Fields[Key]>] extends [never]
    ? Key
    : `${Key}.${KeysBelow<FieldsOf<Fields[Key]>>}`;
}[keyof Fields & string];

/** Keys of a runtime with a field of their own in the plan. */
type PlannedKey = "image" | "device" | "batch" | "load" | "predict";

/**
 * The keys of settings, as the shape of a definition declares them. `run/prepare/settings.ts` has a reader for each, so a key that
 * is added to the shape does not compile without code that applies it.
 */
export type SettingKey =
  | KeysBelow<FieldsOf<ModelFields[typeof SETTINGS_KEY]>>
  | `runtime.${Exclude<keyof FieldsOf<ModelFields["runtime"]> & string, PlannedKey>}`;

/** The value of a setting of a model. */
export function settingOf({ settings }: PlanModel, key: SettingKey): PlanValue | undefined {
  for (const values of [settings?.load, settings?.predict]) {
    if (values !== undefined && Object.hasOwn(values, key)) return values[key];
  }
  return undefined;
}

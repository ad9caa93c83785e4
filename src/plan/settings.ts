// Values of a model that have no field in the plan: the settings below `x-modelwright`, by key.
import { SETTINGS_KEY } from "../../grammar/definition.ts";
import { folderOf, isAbsolute, joinPath, relativePath } from "../base/path.ts";
import type { ModelValue } from "../bind/bound.ts";
import type { PlanSettings, PlanValue } from "./execution-plan.ts";
import { type PlanContext, planValue } from "./value.ts";

/** Keys whose values are in other fields of the plan, and keys that a run does not read. */
const PLANNED =
  /^(?:name|description|version|repository\.|files\[\]|runtime\.(?:image$|device$|batch\.|load\.|predict\.))/;

/**
 * The settings of a model, such as `limits.load` or `passEnv`; `undefined` if it has none. Other keys that have no field in the
 * plan are also listed here by their paths, such as `runtime.timeout`.
 */
export function planSettings(context: PlanContext, root: string): PlanSettings | undefined {
  const groups: { load?: Record<string, PlanValue>; predict?: Record<string, PlanValue> } = {};
  for (const each of context.model.typed.bound.values) {
    if (PLANNED.test(each.key)) continue;
    const key = each.key.replace(`${SETTINGS_KEY}.`, "");
    const value = plannedSetting(context, key, each, root);
    const group = each.readBy === "predict" ? "predict" : "load";
    groups[group] ??= {};
    const settings = groups[group];
    const name = key.replaceAll("[]", "");
    if (name === key) settings[name] = value;
    else {
      const before = settings[name];
      settings[name] = { list: [...(before !== undefined && "list" in before ? before.list : []), value] };
    }
  }
  return Object.keys(groups).length === 0 ? undefined : groups;
}

function plannedSetting(context: PlanContext, key: string, { value }: ModelValue, root: string): PlanValue {
  const planned = planValue(context, value);
  const path = "literal" in planned ? planned.literal : undefined;
  const isPath = key === "examples" || (key === "python" && String(path).includes("/"));
  if (!isPath || typeof path !== "string" || isAbsolute(path)) return planned;
  const fromRoot = joinPath(relativePath(root, folderOf(value.node.source.path)), path);
  // A program without a slash would be looked up on the `PATH`.
  return { literal: key === "examples" || fromRoot.includes("/") ? fromRoot : `./${fromRoot}` };
}

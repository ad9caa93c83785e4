// Values of a model that have no field of their own in the plan: the settings below `x-modelwright`, by their keys.
import { SETTINGS_KEY } from "../../grammar/definition.ts";
import { folderOf, isAbsolute, joinPath, relativePath } from "../base/path.ts";
import type { ModelValue } from "../bind/bound.ts";
import type { PlanValue } from "./execution-plan.ts";
import { type PlanContext, planValue } from "./value.ts";

/** Keys whose values other fields of a plan hold, and those that no run reads. */
const PLANNED =
  /^(?:name|description|version|repository\.|files\[\]|runtime\.(?:image$|device$|batch\.|load\.|predict\.))/;

/**
 * The settings of a model, such as `limits.load` or `passEnv`; `undefined` when it has none. A key of the definition that the plan
 * does not know is here with its whole path, such as `runtime.timeout`.
 */
export function planSettings(context: PlanContext, root: string): Readonly<Record<string, PlanValue>> | undefined {
  const settings: Record<string, PlanValue> = {};
  for (const each of context.model.typed.bound.values) {
    if (PLANNED.test(each.key)) continue;
    const key = each.key.replace(`${SETTINGS_KEY}.`, "");
    const value = plannedSetting(context, key, each, root);
    const name = key.replaceAll("[]", "");
    if (name === key) settings[name] = value;
    else {
      const before = settings[name];
      settings[name] = { list: [...(before !== undefined && "list" in before ? before.list : []), value] };
    }
  }
  return Object.keys(settings).length === 0 ? undefined : settings;
}

function plannedSetting(context: PlanContext, key: string, { value }: ModelValue, root: string): PlanValue {
  const planned = planValue(context, value);
  const path = "literal" in planned ? planned.literal : undefined;
  if (key !== "python" || typeof path !== "string" || !path.includes("/") || isAbsolute(path)) return planned;
  const fromRoot = joinPath(relativePath(root, folderOf(value.node.source.path)), path);
  // Without a slash it would be the name of a program on the `PATH`.
  return { literal: fromRoot.includes("/") ? fromRoot : `./${fromRoot}` };
}

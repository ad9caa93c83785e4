// The settings of one model. Those of the caller (the command line or the options of `start`) override those of the definition,
// which override the defaults.
import { isAbsolute, resolve } from "node:path";
import { found, problem, type Result } from "../../base/result.ts";
import { numberIn } from "../../base/setting-text.ts";
import type { PlanModel, PlanValue } from "../../plan/execution-plan.ts";
import { DEFAULT_LIMITS, type Limits } from "../api/limits.ts";
import { asWritten, type EvaluationScope, evaluateText } from "../values/values.ts";
import type { WantedPython } from "./python.ts";

/** The settings of the caller, for all models of a run. */
export interface GivenSettings {
  readonly limits?: Partial<Limits> | undefined;
  readonly python?: string | undefined;
  readonly passEnv?: readonly string[] | undefined;
}

/** The merged settings of one model. */
export interface ModelSettings {
  readonly limits: Limits;
  /** The interpreter that the caller or the definition selected. Without one, the default is used. */
  readonly python: WantedPython | undefined;
  /** Additional variables for the worker, of the caller and of the definition. */
  readonly passEnv: readonly string[];
}

/** The time limits of a definition, which are in seconds. */
const LIMITS = { "limits.import": "importMs", "limits.load": "loadMs", "limits.batch": "batchMs" } as const;

/** Merges the settings of a model. Problems with those of the definition are passed to `report`. */
export function settingsOf(
  model: PlanModel,
  given: GivenSettings,
  root: string,
  scope: EvaluationScope,
  report: (message: string) => void,
): ModelSettings {
  const settingValue = <Value>(key: string, read: (value: PlanValue) => Result<Value>): Value | undefined => {
    const value = model.settings !== undefined && Object.hasOwn(model.settings, key) ? model.settings[key] : undefined;
    const result = value && read(value);
    if (result?.kind === "problem") report(`the setting \`${key}\` is invalid: ${result.message}`);
    return result?.kind === "value" ? result.value : undefined;
  };
  const limits: Partial<Record<keyof Limits, number>> = {};
  for (const [key, limit] of Object.entries(LIMITS)) {
    const milliseconds = settingValue(key, (value) => readSeconds(value, scope));
    if (milliseconds !== undefined) limits[limit] = milliseconds;
  }
  for (const [limit, milliseconds] of Object.entries(given.limits ?? {})) {
    if (milliseconds !== undefined) limits[limit as keyof Limits] = milliseconds;
  }
  const python = settingValue("python", (value) => readPython(value, root, scope));
  const passEnv = settingValue("passEnv", (value) => readNames(value, scope)) ?? [];
  return {
    limits: { ...DEFAULT_LIMITS, ...limits },
    python: given.python === undefined ? python : pythonOption(given.python),
    passEnv: [...new Set([...(given.passEnv ?? []), ...passEnv])],
  };
}

/** A request for an interpreter. */
export interface PythonSearch {
  /** `undefined` to use the default. */
  readonly wanted: WantedPython | undefined;
}

/**
 * The interpreter to find. It is also needed for a model that has other problems, so that all problems are reported together.
 * `undefined` if the setting `python` of such a model was not evaluated.
 */
export function pythonSearch(
  model: PlanModel | undefined,
  settings: ModelSettings | undefined,
  { python }: GivenSettings,
): PythonSearch | undefined {
  if (settings !== undefined) return { wanted: settings.python };
  if (python !== undefined) return { wanted: pythonOption(python) };
  return model?.settings !== undefined && Object.hasOwn(model.settings, "python") ? undefined : { wanted: undefined };
}

/** The interpreter that the caller selected. A relative path starts from the working directory. */
function pythonOption(option: string): WantedPython {
  const program = option.includes("/") ? resolve(option) : option;
  return { program, origin: `\`${option}\` (the option \`python\`)` };
}

function readSeconds(value: PlanValue, scope: EvaluationScope): Result<number> {
  const text = evaluateText(value, scope);
  if (text.kind === "problem") return text;
  const milliseconds = (numberIn(text.value) ?? 0) * 1000;
  const isTime = milliseconds >= 1 && Number.isFinite(milliseconds);
  return isTime ? found(milliseconds) : problem("expected a number of seconds of at least 0.001");
}

function readPython(value: PlanValue, root: string, scope: EvaluationScope): Result<WantedPython> {
  const text = evaluateText(value, scope);
  if (text.kind === "problem") return text;
  const program = text.value.includes("/") && !isAbsolute(text.value) ? resolve(root, text.value) : text.value;
  if (program === "") return problem("it is empty");
  return found({ program, origin: `\`${asWritten(value)}\` (\`python\` below \`x-modelwright\`)` });
}

function readNames(value: PlanValue, scope: EvaluationScope): Result<readonly string[]> {
  const names: string[] = [];
  for (const item of "list" in value ? value.list : [value]) {
    const name = evaluateText(item, scope);
    if (name.kind === "problem") return name;
    if (!/^[A-Za-z_]\w*$/.test(name.value)) return problem("expected names of environment variables");
    names.push(name.value);
  }
  return found(names);
}

// The settings of one model. Those of the caller (the command line or the options of `start`) override those of the definition,
// which override the defaults.
import { isAbsolute, resolve } from "node:path";
import { found, problem, type Result } from "../../base/result.ts";
import { numberIn } from "../../base/setting-text.ts";
import type { PlanModel, PlanValue } from "../../plan/execution-plan.ts";
import { type SettingKey, settingOf } from "../../plan/setting-keys.ts";
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

/** The settings of a definition, while they are read. */
interface Draft {
  limits: Partial<Record<keyof Limits, number>>;
  python: WantedPython | undefined;
  passEnv: readonly string[];
}

/** Applies one setting of a definition; returns the problem if its value is not valid. */
type Reader = (draft: Draft, value: PlanValue, context: ReadContext) => string | undefined;

interface ReadContext {
  readonly root: string;
  readonly scope: EvaluationScope;
}

/** The reader of each setting. A key that is added to the shape of a definition does not compile without one. */
const READERS: Readonly<Record<SettingKey, Reader>> = {
  "limits.import": limit("importMs"),
  "limits.load": limit("loadMs"),
  "limits.batch": limit("batchMs"),
  python: (draft, value, { root, scope }) =>
    apply(readPython(value, root, scope), (python) => {
      draft.python = python;
    }),
  passEnv: (draft, value, { scope }) =>
    apply(readNames(value, scope), (names) => {
      draft.passEnv = names;
    }),
};

/** The reader of a time limit, which is in seconds. */
function limit(name: keyof Limits): Reader {
  return (draft, value, { scope }) =>
    apply(readSeconds(value, scope), (milliseconds) => {
      draft.limits[name] = milliseconds;
    });
}

function apply<Value>(result: Result<Value>, use: (value: Value) => void): string | undefined {
  if (result.kind === "problem") return result.message;
  use(result.value);
  return undefined;
}

/** Merges the settings of a model. Problems with those of the definition are passed to `report`. */
export function settingsOf(
  model: PlanModel,
  given: GivenSettings,
  root: string,
  scope: EvaluationScope,
  report: (message: string) => void,
): ModelSettings {
  const draft: Draft = { limits: {}, python: undefined, passEnv: [] };
  for (const [key, read] of Object.entries(READERS)) {
    const value = settingOf(model, key as SettingKey);
    const message = value && read(draft, value, { root, scope });
    if (message !== undefined) report(`the setting \`${key}\` is invalid: ${message}`);
  }
  for (const [name, milliseconds] of Object.entries(given.limits ?? {})) {
    if (milliseconds !== undefined) draft.limits[name as keyof Limits] = milliseconds;
  }
  return {
    limits: { ...DEFAULT_LIMITS, ...draft.limits },
    python: given.python === undefined ? draft.python : pythonOption(given.python),
    passEnv: [...new Set([...(given.passEnv ?? []), ...draft.passEnv])],
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
  return model !== undefined && settingOf(model, "python") !== undefined ? undefined : { wanted: undefined };
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

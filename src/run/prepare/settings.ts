// The settings of one model. Those of the caller (the command line or the options of `start`) override those of the definition,
// which override the defaults.
import { isAbsolute, resolve } from "node:path";
import { orList } from "../../base/quote.ts";
import { found, problem, type Result } from "../../base/result.ts";
import { numberIn } from "../../base/setting-text.ts";
import type { PlanModel, PlanValue } from "../../plan/execution-plan.ts";
import { type SettingKey, settingOf } from "../../plan/setting-keys.ts";
import type { ContainerChoice } from "../api/container.ts";
import type { HostChoice } from "../api/host.ts";
import { DEFAULT_LIMITS, type Limits, type ReplicaCount } from "../api/limits.ts";
import { readImageName } from "../registry/image-reference.ts";
import { asWritten, type EvaluationScope, evaluateText } from "../values/values.ts";
import type { WantedPython } from "./python.ts";

/** The settings of the caller, for all models of a run. */
export interface GivenSettings extends ContainerChoice, HostChoice {
  readonly limits?: Partial<Limits> | undefined;
  readonly python?: string | undefined;
  readonly passEnv?: readonly string[] | undefined;
  readonly replicas?: ReplicaCount | undefined;
}

/** The merged settings of one model. */
export interface ModelSettings {
  readonly limits: Limits;
  /** The interpreter that the caller or the definition selected. Without one, the default is used. */
  readonly python: WantedPython | undefined;
  /** Additional variables for the worker, of the caller and of the definition. */
  readonly passEnv: readonly string[];
  readonly replicas: ReplicaCount;
  /** The container in which the model runs. Without one, it runs with an interpreter of this machine. */
  readonly container: WantedContainer | undefined;
}

/** A request for containers of an image. */
export interface WantedContainer {
  readonly image: string;
  /** How messages name the image: as it is written in the definition. */
  readonly shown: string;
  /** Whether the code cannot use the network. */
  readonly isOffline: boolean;
}

/** The settings of a definition, while they are read. */
interface Draft {
  limits: Partial<Record<keyof Limits, number>>;
  python: WantedPython | undefined;
  passEnv: readonly string[];
  replicas: ReplicaCount;
  container: string | undefined;
  network: string | undefined;
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
  examples: () => undefined, // `run/examples/` reads it, because a run does not need it
  replicas: (draft, value, { scope }) =>
    apply(readReplicas(value, scope), (replicas) => {
      draft.replicas = replicas;
    }),
  container: word("container", ["always", "never"]),
  network: word("network", ["none"]),
};

/** The reader of a setting that is one of these words. */
function word(name: "container" | "network", words: readonly string[]): Reader {
  return (draft, value, { scope }) =>
    apply(evaluateText(value, scope), (text) => {
      draft[name] = text;
    }) ?? (words.includes(draft[name] ?? "") ? undefined : `expected ${orList(words)}`);
}

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
  const draft: Draft = {
    limits: {},
    python: undefined,
    passEnv: [],
    replicas: 1,
    container: undefined,
    network: undefined,
  };
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
    replicas: given.replicas ?? draft.replicas,
    container: containerOf(model, given, draft, scope, report),
  };
}

/** The container of a model; `undefined` if it runs with an interpreter of this machine, or if there is a problem. */
function containerOf(
  { image }: PlanModel,
  { container, containerOptions, python, host }: GivenSettings,
  draft: Draft,
  scope: EvaluationScope,
  report: (message: string) => void,
): WantedContainer | undefined {
  const isWanted = container === undefined ? draft.container === "always" : container !== false;
  if (!isWanted || draft.container === "never") {
    if (draft.network !== undefined) {
      report("the setting `network` requires a container; use `--container` (`container` in a program)");
    }
    return undefined;
  }
  if (host !== undefined) {
    report("it cannot run in a container on another host; use `--no-container` (`container: false` in a program)");
    return undefined;
  }
  if (image === undefined) {
    report("it has no `image`, so it cannot run in a container; add one, or set `container: never`");
    return undefined;
  }
  if (python !== undefined) {
    report("the option `python` cannot be used with a container, because the Python of the image is used");
    return undefined;
  }
  const value: PlanValue = typeof image === "string" ? { literal: image } : image;
  const shown = `\`${asWritten(value)}\``;
  const text = evaluateText(value, scope);
  const name = text.kind === "value" ? text.value.trim() : "";
  if (text.kind === "problem") report(`the image ${shown}: ${text.message}`);
  else if (readImageName(name) === undefined)
    report(`the image ${shown} is not the name of an image, such as \`python:3.11-slim\``);
  else return { image: name, shown, isOffline: (containerOptions?.network ?? draft.network) === "none" };
  return undefined;
}

/** A request for an interpreter. */
export interface PythonSearch {
  /** `undefined` to use the default. */
  readonly wanted: WantedPython | undefined;
}

/**
 * The interpreter to find. It is also needed for a model that has other problems, so that all problems are reported together.
 * `undefined` if the setting `python` of such a model was not evaluated, or if the model runs in a container or on another host.
 */
export function pythonSearch(
  model: PlanModel | undefined,
  settings: ModelSettings | undefined,
  { python, container = false, host }: GivenSettings,
): PythonSearch | undefined {
  if (host !== undefined) return undefined;
  if (settings !== undefined) return settings.container === undefined ? { wanted: settings.python } : undefined;
  if (container !== false) return undefined;
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

function readReplicas(value: PlanValue, scope: EvaluationScope): Result<ReplicaCount> {
  const text = evaluateText(value, scope);
  if (text.kind === "problem" || text.value === "auto") return text as Result<ReplicaCount>;
  const count = numberIn(text.value);
  return count !== undefined && Number.isSafeInteger(count) && count >= 1
    ? found(count)
    : problem("expected a whole number of at least 1, or auto");
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

// Checks one model before anything is fetched or started, and then fetches its remote files and code.
import { problem, type Result } from "../../base/result.ts";
import type {
  LoadStep,
  PlanClass,
  PlanEntrypoint,
  PlanModel,
  PlanValue,
  PredictStep,
} from "../../plan/execution-plan.ts";
import { spelledName } from "../../plan/spelling.ts";
import { variablesIn } from "../../plan/variables.ts";
import type { FoundLock } from "../acquire/lock.ts";
import { moduleProblem } from "../acquire/source.ts";
import type { Failure } from "../api/report.ts";
import { unsetVariables, variablesOf } from "../values/environment.ts";
import {
  asWritten,
  type EvaluationScope,
  evaluateArguments,
  evaluateCount,
  evaluateEntrypoint,
  evaluateName,
  evaluateText,
  newScope,
  type WireArguments,
} from "../values/values.ts";
import {
  type AcquireContext,
  acquireResources,
  type ConcreteModel,
  isSource,
  type LocateOptions,
  locate,
  type RemoteResource,
} from "./locate.ts";
import { pinsOf } from "./pins.ts";
import { keysWithRules } from "./prediction-rules.ts";
import { type ProblemLog, problemLog } from "./problem-log.ts";
import { type GivenSettings, type ModelSettings, settingsOf, type WantedContainer } from "./settings.ts";

/** A model without known problems. Some of its files, or its code, may still have to be fetched. */
export interface RunnableModel
  extends Pick<
    PreparedModel,
    "id" | "name" | "device" | "maxSize" | "keys" | "rules" | "classes" | "variables" | "settings"
  > {
  /** The folder of the code; `undefined` if it has to be fetched. */
  readonly folder: string | undefined;
  /** The id of the step that provides the code. */
  readonly code: string;
  /** By step id: the files and the code to fetch. */
  readonly remote: ReadonlyMap<string, RemoteResource>;
  /** The lock file, if the model has remote resources. */
  readonly lock: FoundLock | undefined;
  /** What is fetched without an entry in the lock file, as it is written. */
  readonly notLocked: readonly string[];
  readonly load: Callee<LoadStep>;
  readonly predict: Callee<PredictStep>;
  readonly scope: EvaluationScope;
}

/** A model that runs in a container. */
export interface ContainedModel extends RunnableModel {
  readonly settings: ModelSettings & { readonly container: WantedContainer };
}

/** Whether a model runs in a container. */
export function isContained(model: RunnableModel): model is ContainedModel {
  return model.settings.container !== undefined;
}

/** A model that can be started. */
export interface PreparedModel {
  readonly id: string;
  readonly name: string;
  /** The folder of the code. */
  readonly folder: string;
  /** The absolute paths of its files. */
  readonly paths: readonly string[];
  /** Its calls with other paths of its code and files, for a place where they have other paths. */
  readonly callsAt: (locate: (path: string) => string) => Pick<PreparedModel, "load" | "predict">;
  readonly device: string;
  readonly maxSize: number;
  readonly load: Call<LoadStep>;
  readonly predict: Call<PredictStep>;
  /** The prediction keys. */
  readonly keys: readonly string[];
  /** The prediction keys whose values are checked by the rules of the definition format. */
  readonly rules: readonly string[];
  /** The classes that the declared type of a prediction names. */
  readonly classes: readonly PlanClass[];
  /** The environment variables that its plan names. */
  readonly variables: readonly string[];
  readonly settings: ModelSettings;
}

/** A step that calls Python, and the function that it calls. */
interface Callee<Step> {
  readonly step: Step;
  readonly entrypoint: PlanEntrypoint;
  /** The entry point as written in the definition. */
  readonly shown: string;
}

type AnyCallee = Callee<LoadStep> | Callee<PredictStep>;

interface Call<Step> extends Callee<Step> {
  readonly arguments: WireArguments;
}

/** The context in which a model is checked. */
export interface CheckContext extends LocateOptions {
  readonly given: GivenSettings;
  readonly concrete?: ConcreteModel | undefined;
}

/** Checks a model and reports all problems. The result is `undefined` if there is a problem. */
export async function checkModel(
  model: PlanModel,
  { root, environment, given, concrete, locks = {} }: CheckContext,
  report: (failure: Failure) => void,
): Promise<RunnableModel | undefined> {
  const log = problemLog(report);
  const load = model.steps.find((step) => step.kind === "load");
  const predict = model.steps.find((step) => step.kind === "predict");
  if (load === undefined || predict === undefined)
    return log.fail(model.id, "the plan has no `load` or `predict` step");

  const unset = unsetVariables(model, environment);
  for (const { step, message } of unset.problems.values()) log.fail(step, message);
  const locations = new Map<string, string>();
  const remote = new Map<string, RemoteResource>();
  const pins = pinsOf(model, root, locks, (step, message) => void log.fail(step, message));
  const scope = newScope(environment, { name: concrete?.name, locations });
  for (const step of model.steps) {
    if (!unset.steps.has(step.id)) await locate(step, root, scope, { remote, pins, log, concrete });
  }
  const code = model.steps.find(isSource)?.id ?? "";
  const folder = locations.get(code);
  const loaded = calleeOf(load, unset.problems, scope, log);
  const predicted = calleeOf(predict, unset.problems, scope, log);
  const callees = [loaded, predicted].filter((callee) => callee !== undefined);
  if (folder !== undefined) await checkModules(callees, folder, log);
  if (loaded === undefined || predicted === undefined) return undefined;
  if (unset.problems.size > 0 || (folder === undefined && !remote.has(code))) return undefined;

  const device = log.unwrap(model.id, evaluateDevice(model.device, scope));
  const maxSize = log.unwrap(model.id, evaluateCount(model.batch.maxSize, scope));
  const settings = settingsOf(model, given, root, scope, (message) => log.fail(model.id, message));
  const container = settings.container && pins.image(settings.container);
  if (log.count() > 0 || device === undefined || maxSize === undefined) return undefined;
  const callScope = { ...scope, batched: maxSize > 1 };
  // For remote files, the URL is used in place of the path, so that other problems are found before anything is fetched.
  for (const step of [load, predict]) log.unwrap(step.id, evaluateArguments(step.id, step.arguments, callScope));
  if (log.count() > 0) return undefined;
  const keys = predict.output.keys.flatMap((key) => log.unwrap(predict.id, evaluateName(key, callScope)) ?? []);
  if (log.count() > 0) return undefined;
  return {
    id: model.id,
    // A name that comes from the environment is secret, so it is shown as written.
    name: concrete?.name ?? spelledName(model.name),
    folder,
    code,
    device,
    maxSize,
    keys,
    rules: keysWithRules(model, predict, keys),
    classes: model.classes ?? [],
    variables: variablesOf(model),
    settings: { ...settings, container },
    remote,
    lock: pins.lock(),
    notLocked: pins.notLocked,
    load: loaded,
    predict: predicted,
    scope: callScope,
  };
}

/** Fetches the remote files and code of a model. If there is a problem, it is reported and the result is `undefined`. Only the
 * reason of the signal is thrown. */
export async function acquireModel(
  checked: RunnableModel,
  context: AcquireContext,
  report: (failure: Failure) => void,
  onProgress: (step: string, bytes: number, total: number | undefined) => void,
): Promise<PreparedModel | undefined> {
  const { remote, load, predict, scope, code, lock: _, notLocked: __, ...model } = checked;
  const log = problemLog(report);
  const resources = { remote, locations: scope.locations };
  const acquiring = { ...context, variables: scope.environment };
  const locations = await acquireResources(resources, acquiring, report, onProgress, model.settings.limits);
  const folder = locations?.get(code);
  if (locations === undefined || folder === undefined) return undefined;
  if (model.folder === undefined) await checkModules([load, predict], folder, log);
  if (log.count() > 0) return undefined;

  const argumentsAt = ({ step }: AnyCallee, locate: (path: string) => string): Result<WireArguments> => {
    const located = new Map([...locations].map(([id, path]) => [id, locate(path)]));
    return evaluateArguments(step.id, step.arguments, { ...scope, locations: located });
  };
  const here = (path: string): string => path;
  const loadArguments = log.unwrap(load.step.id, argumentsAt(load, here));
  const predictArguments = log.unwrap(predict.step.id, argumentsAt(predict, here));
  if (loadArguments === undefined || predictArguments === undefined) return undefined;
  const callAt = <Step>(call: Call<Step>, locate: (path: string) => string): Call<Step> => {
    const moved = argumentsAt(call as AnyCallee, locate);
    return moved.kind === "value" ? { ...call, arguments: moved.value } : call;
  };
  const calls = {
    load: { ...load, arguments: loadArguments },
    predict: { ...predict, arguments: predictArguments },
  };
  return {
    ...model,
    ...calls,
    folder,
    paths: [...locations].filter(([step]) => step !== code).map(([, path]) => path),
    callsAt: (locate) => ({ load: callAt(calls.load, locate), predict: callAt(calls.predict, locate) }),
  };
}

function isUnset(value: PlanValue, unset: ReadonlyMap<string, unknown>): boolean {
  return variablesIn(value).some(({ env }) => unset.has(env));
}

/** The function that a step calls; `undefined` if its variables are not set or it is not a valid entry point. */
function calleeOf<Step extends LoadStep | PredictStep>(
  step: Step,
  unset: ReadonlyMap<string, unknown>,
  scope: EvaluationScope,
  log: ProblemLog,
): Callee<Step> | undefined {
  const { id, entrypoint: planned } = step;
  if ("module" in planned) return { step, entrypoint: planned, shown: `${planned.module}:${planned.function}` };
  const entrypoint = isUnset(planned, unset) ? undefined : log.unwrap(id, evaluateEntrypoint(planned, scope));
  return entrypoint && { step, entrypoint, shown: asWritten(planned) };
}

function evaluateDevice(value: PlanModel["device"], scope: EvaluationScope): Result<string> {
  if (typeof value === "string") return { kind: "value", value };
  const device = evaluateText(value, scope);
  if (device.kind === "problem" || device.value === "cpu" || device.value === "cuda") return device;
  if (device.value === "gpu") return { kind: "value", value: "cuda" };
  return problem("the device must be `cpu` or `cuda`");
}

async function checkModules(calls: readonly AnyCallee[], folder: string, log: ProblemLog): Promise<void> {
  for (const { step, entrypoint, shown } of calls) {
    const message = await moduleProblem(folder, entrypoint.module);
    if (message === undefined) continue;
    // A module name that comes from the environment is not shown.
    log.fail(
      step.id,
      "module" in step.entrypoint ? message : `the module of the entry point \`${shown}\` does not exist in the code`,
    );
  }
}

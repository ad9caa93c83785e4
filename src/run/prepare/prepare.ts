// Checks one model before anything is fetched or started, and then fetches its remote files and code.
import { withoutSecrets } from "../../base/address.ts";
import { problem, type Result } from "../../base/result.ts";
import type {
  LoadStep,
  PlanClass,
  PlanEntrypoint,
  PlanModel,
  PlanStep,
  PlanValue,
  PredictStep,
} from "../../plan/execution-plan.ts";
import { spelledName } from "../../plan/spelling.ts";
import { variablesIn } from "../../plan/variables.ts";
import { withTimeLimit } from "../abort/time-limit.ts";
import { type CheckoutRequest, checkout } from "../acquire/checkout.ts";
import { checkFile, type FetchContext, type FileRequest, fetchFile, isRemote } from "../acquire/fetch.ts";
import type { FoundLock, LockOptions } from "../acquire/lock.ts";
import { findFolder, findNamedFolder, moduleProblem, readCheckout } from "../acquire/source.ts";
import { DEFAULT_LIMITS, type Limits } from "../api/limits.ts";
import type { Failure } from "../api/report.ts";
import { storageEnvironment } from "../storage/environment.ts";
import { unsetVariables, variablesOf } from "../values/environment.ts";
import {
  asWritten,
  type Environment,
  type EvaluationScope,
  evaluateArguments,
  evaluateBoolean,
  evaluateCount,
  evaluateEntrypoint,
  evaluateName,
  evaluateText,
  type WireArguments,
} from "../values/values.ts";
import { type Pins, pinsOf } from "./pins.ts";
import { keysWithRules } from "./prediction-rules.ts";
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

/** A model that uses a universal entry: its name, and the paths or URLs of its files by name. */
export interface ConcreteModel {
  readonly name: string;
  readonly files: ReadonlyMap<string, string>;
}

/** A remote resource. */
type RemoteResource =
  | { readonly kind: "file"; readonly request: FileRequest }
  | { readonly kind: "code"; readonly request: CheckoutRequest };

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

/** Reports problems without stopping, so that all of them are found at once. */
interface ProblemLog {
  readonly fail: (step: string, message: string) => undefined;
  readonly unwrap: <Value>(step: string, evaluated: Result<Value>) => Value | undefined;
  readonly count: () => number;
}

/** The context in which a model is checked. */
export interface CheckContext {
  /** The absolute path of the folder that relative paths of the plan start from. */
  readonly root: string;
  readonly environment: Environment;
  readonly given: GivenSettings;
  readonly concrete?: ConcreteModel | undefined;
  readonly locks?: LockOptions | undefined;
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
  const scope: EvaluationScope = { environment, name: concrete?.name, locations, inputs: new Map(), batched: false };
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

/** The code and the files of a model, without its calls. */
export interface ModelResources {
  /** By step id: the paths of what is on this machine. */
  readonly locations: ReadonlyMap<string, string>;
  /** By step id: what has to be fetched. */
  readonly remote: ReadonlyMap<string, RemoteResource>;
  /** The ids of the files with `upload: true`. */
  readonly uploads: ReadonlySet<string>;
}

/**
 * Finds the code and the files of a model, for which only the variables of these steps are needed. What a universal model gets from the
 * model that uses it is left out. Reports all problems; the result is `undefined` if there is one.
 */
export async function locateResources(
  model: PlanModel,
  { root, environment, locks = {} }: CheckContext,
  report: (failure: Failure) => void,
): Promise<ModelResources | undefined> {
  const log = problemLog(report);
  const pins = pinsOf(model, root, locks, (step, message) => void log.fail(step, message));
  const resources = model.steps.filter((step) => step.kind === "fetch" || isSource(step));
  const unset = unsetVariables(
    { ...model, device: "cpu", batch: { maxSize: 1 }, settings: undefined, steps: resources },
    environment,
  );
  for (const { step, message } of unset.problems.values()) log.fail(step, message);
  const locations = new Map<string, string>();
  const remote = new Map<string, RemoteResource>();
  const uploads = new Set<string>();
  const scope: EvaluationScope = { environment, name: undefined, locations, inputs: new Map(), batched: false };
  for (const step of resources) {
    if (unset.steps.has(step.id) || (step.kind === "fetch" && model.universal && !("literal" in step.url))) continue;
    await locate(step, root, scope, { remote, pins, log, concrete: undefined });
    if (step.kind === "fetch" && log.unwrap(step.id, evaluateBoolean(step.upload, scope)) === true)
      uploads.add(step.id);
  }
  return log.count() > 0 ? undefined : { locations, remote, uploads };
}

/** The context in which remote files and code are fetched. */
export interface AcquireContext extends Omit<FetchContext, "onProgress" | "fetchMs" | "stallMs" | "environment"> {
  /** The environment in which Git runs. */
  readonly environment: Environment;
}

/** The same, with the environment in which the variables of the plan are looked up. */
export interface ResourceContext extends AcquireContext {
  readonly variables: Environment;
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

/**
 * Fetches the remote files and code of a model. Returns the paths of all of them by step id; `undefined` if there is a problem. Only
 * the reason of the signal is thrown.
 */
export async function acquireResources(
  { remote, locations: known }: Pick<ModelResources, "remote" | "locations">,
  { variables, ...context }: ResourceContext,
  report: (failure: Failure) => void,
  onProgress: (step: string, bytes: number, total: number | undefined) => void,
  { fetchMs, stallMs }: Pick<Limits, "fetchMs" | "stallMs"> = DEFAULT_LIMITS,
): Promise<ReadonlyMap<string, string> | undefined> {
  const { signal } = context;
  const limited = { ...context, fetchMs, stallMs };
  const forDrivers = storageEnvironment(variables, context.environment);
  const log = problemLog(report);
  const locations = new Map(known);
  const fetchResource = async ([step, wanted]: readonly [string, RemoteResource]): Promise<void> => {
    if (wanted.kind === "code") {
      const { request } = wanted;
      const code = await withTimeLimit(fetchMs, signal, (until) => checkout(request, { ...limited, signal: until }));
      const folder = log.unwrap(step, code)?.folder;
      if (folder !== undefined) locations.set(step, folder);
      return;
    }
    const { request } = wanted;
    const reportProgress = (bytes: number, total: number | undefined): void => onProgress(step, bytes, total);
    const file = await withTimeLimit(fetchMs, signal, (until) =>
      fetchFile(request, { ...limited, environment: forDrivers, signal: until, onProgress: reportProgress }),
    );
    const path = log.unwrap(step, file)?.path;
    if (path !== undefined) locations.set(step, path);
  };
  await Promise.all([...remote].map(fetchResource));
  return log.count() > 0 ? undefined : locations;
}

function problemLog(report: (failure: Failure) => void): ProblemLog {
  let count = 0;
  const fail: ProblemLog["fail"] = (step, message) => {
    count++;
    report({ step, message });
  };
  return {
    fail,
    unwrap: (step, evaluated) => (evaluated.kind === "value" ? evaluated.value : fail(step, evaluated.message)),
    count: () => count,
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

function isSource(step: PlanStep): boolean {
  return step.kind === "source" || step.kind === "checkout";
}

/** What a step is located with. */
interface LocateContext {
  readonly remote: Map<string, RemoteResource>;
  readonly pins: Pins;
  readonly log: ProblemLog;
  readonly concrete: ConcreteModel | undefined;
}

/** Finds the path of the code or file of a step, or adds it to `remote` if it has to be fetched. */
async function locate(
  step: PlanStep,
  root: string,
  scope: EvaluationScope,
  { remote, pins, log, concrete }: LocateContext,
): Promise<void> {
  if (step.kind === "source") {
    const location = log.unwrap(step.id, await findFolder(step.path, root));
    if (location !== undefined) scope.locations.set(step.id, location);
  } else if (step.kind === "checkout") {
    const folder = await findNamedFolder(step, scope, root);
    if (folder !== undefined) {
      const location = log.unwrap(step.id, folder);
      if (location !== undefined) scope.locations.set(step.id, location);
      return;
    }
    const request = log.unwrap(step.id, readCheckout(step, scope));
    if (request !== undefined) remote.set(step.id, { kind: "code", request: pins.code(step, request) });
  } else if (step.kind === "fetch") {
    log.unwrap(step.id, evaluateBoolean(step.upload, scope));
    const url = log.unwrap(step.id, evaluateUrl(step.url, scope));
    const credentials = step.credentials && log.unwrap(step.id, evaluateText(step.credentials, scope));
    if (url === undefined) return;
    const shown =
      "literal" in step.url ? `the file \`${shownUrl(url)}\`` : "the file whose URL contains an environment variable";
    await locateFile(step.id, { url, shown, credentials, isSecret: variablesIn(step.url).length > 0 });
  } else if (step.kind === "parameter" && !isName(step)) {
    const url = concrete?.files.get(step.name);
    if (url === undefined) log.fail(step.id, `the file \`${step.name}\` is missing; pass its path after the name`);
    else await locateFile(step.id, { url, shown: `the file \`${shownUrl(url)}\``, isSecret: false });
  }

  async function locateFile(id: string, request: FileRequest): Promise<void> {
    const location = log.unwrap(id, await checkFile(request, root, scope.environment));
    if (location === undefined) return;
    scope.locations.set(id, location);
    if (isRemote(request.url)) remote.set(id, { kind: "file", request: pins.file(step, request) });
  }
}

function shownUrl(url: string): string {
  return isRemote(url) ? withoutSecrets(url) : url;
}

/** Whether a parameter of a universal entry is the name of the model, and not a file. */
function isName({ id }: PlanStep): boolean {
  return /^[^/]*\/name$/.test(id);
}

/** A path may leave the folder with `..` only if the definition writes it, not through the value of a variable. */
function evaluateUrl(value: PlanValue, scope: EvaluationScope): Result<string> {
  const url = evaluateText(value, scope);
  if (url.kind === "problem" || parentsIn(url.value) <= parentsIn(withoutEnvironment(value, scope.environment)))
    return url;
  const [first, ...others] = variablesIn(value);
  if (first === undefined) return problem("the name of the model leaves the folder with `..`");
  const which = [first, ...others].map(({ env }) => env).join(", ");
  return problem(
    `the environment variable${others.length > 0 ? "s" : ""} ${which} ${others.length > 0 ? "leave" : "leaves"} the folder with \`..\``,
  );
}

/** How many parts of a path are `..`. */
function parentsIn(path: string): number {
  return path.split(/[/\\]/).filter((part) => part === "..").length;
}

/** The text of a value as the definition writes it, with `x` in place of each value from outside. */
function withoutEnvironment(value: PlanValue, environment: Environment): string {
  if ("template" in value) return value.template.map((part) => withoutEnvironment(part, environment)).join("");
  if ("literal" in value) return String(value.literal);
  if (!("env" in value)) return "x";
  const text = Object.hasOwn(environment, value.env) ? environment[value.env] : undefined;
  return (text ? undefined : value.default) ?? (text === undefined ? value.unset : undefined) ?? "x";
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

// The code and the files of a model: finds those on this machine, and fetches the others.
import { withoutSecrets } from "../../base/address.ts";
import { problem, type Result } from "../../base/result.ts";
import type { PlanModel, PlanStep, PlanValue } from "../../plan/execution-plan.ts";
import { variablesIn } from "../../plan/variables.ts";
import { withTimeLimit } from "../abort/time-limit.ts";
import { type CheckoutRequest, checkout } from "../acquire/checkout.ts";
import { checkFile, type FetchContext, type FileRequest, fetchFile, isRemote } from "../acquire/fetch.ts";
import type { LockOptions } from "../acquire/lock.ts";
import { findFolder, findNamedFolder, readCheckout } from "../acquire/source.ts";
import { DEFAULT_LIMITS, type Limits } from "../api/limits.ts";
import type { Failure } from "../api/report.ts";
import { storageEnvironment } from "../storage/environment.ts";
import { unsetVariables } from "../values/environment.ts";
import { type Environment, type EvaluationScope, evaluateBoolean, evaluateText, newScope } from "../values/values.ts";
import { type Pins, pinsOf } from "./pins.ts";
import { type ProblemLog, problemLog } from "./problem-log.ts";

/** A model that uses a universal entry: its name, and the paths or URLs of its files by name. */
export interface ConcreteModel {
  readonly name: string;
  readonly files: ReadonlyMap<string, string>;
}

/** A remote resource. */
export type RemoteResource =
  | { readonly kind: "file"; readonly request: FileRequest }
  | { readonly kind: "code"; readonly request: CheckoutRequest };

/** Where code and files are looked for. */
export interface LocateOptions {
  /** The absolute path of the folder that relative paths of the plan start from. */
  readonly root: string;
  readonly environment: Environment;
  readonly locks?: LockOptions | undefined;
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
  { root, environment, locks = {} }: LocateOptions,
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
  const scope = newScope(environment, { locations });
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

/** Whether a step provides the code of a model. */
export function isSource(step: PlanStep): boolean {
  return step.kind === "source" || step.kind === "checkout";
}

/** What a step is located with. */
export interface LocateContext {
  readonly remote: Map<string, RemoteResource>;
  readonly pins: Pins;
  readonly log: ProblemLog;
  readonly concrete: ConcreteModel | undefined;
}

/** Finds the path of the code or file of a step, or adds it to `remote` if it has to be fetched. */
export async function locate(
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

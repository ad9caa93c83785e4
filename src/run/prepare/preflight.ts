// Checks everything before anything is started, so that all problems are reported at once.

import { dirname } from "node:path";
import { found, type Result } from "../../base/result.ts";
import type { PlanModel } from "../../plan/execution-plan.ts";
import { isFolder } from "../../system/paths.ts";
import { DEFAULT_LIMITS } from "../api/limits.ts";
import type { RunOptions } from "../api/options.ts";
import type { Failure, RunEvent } from "../api/report.ts";
import { findInput, type Input } from "../input/input.ts";
import type { EarlierOutput } from "../output/earlier.ts";
import { type Output, openOutput } from "../output/output.ts";
import { fetchEarlierRows, findRemoteOutput, isRemoteOutput, type RemoteOutput, withUpload } from "../output/remote.ts";
import { findEarlierOutput, type Position, positionsAfter } from "../output/resume.ts";
import { storageEnvironment } from "../storage/environment.ts";
import type { PreparedHost } from "./hosts.ts";
import { onThisMachine, type PlaceOf } from "./place.ts";
import { checkModel, isContained, type RunnableModel } from "./prepare.ts";
import { findPython, type WantedPython } from "./python.ts";
import { pythonSearch } from "./settings.ts";

/** A model and where it runs. */
export interface ReadyModel {
  readonly model: RunnableModel;
  readonly place: PlaceOf;
}

/** The checked models, the input and the open output of a run. */
export interface Ready {
  readonly models: readonly ReadyModel[];
  readonly input: Input;
  readonly output: Output;
  /** By model id: where to continue an earlier run. */
  readonly positions: ReadonlyMap<string, Position> | undefined;
}

/** How a preflight is stopped, and what it reports. */
export interface PreflightContext {
  readonly signal: AbortSignal;
  readonly report: (failure: Failure) => void;
  readonly onEvent: (event: RunEvent) => void;
}

/** Checks and opens everything. If there is a problem, it is reported, nothing is left open, and the result is `undefined`. */
export async function preflight(
  models: readonly PlanModel[],
  options: RunOptions,
  { signal, report, onEvent }: PreflightContext,
): Promise<Ready | undefined> {
  const { root, environment, programEnvironment = environment, outputRoot = process.cwd() } = options;
  const unwrap = <Value>(step: string, result: Result<Value>): Value | undefined => {
    if (result.kind === "value") return result.value;
    report({ step, message: result.message });
    return undefined;
  };
  if (!(await isFolder(root))) {
    report({ step: "root", message: `the folder \`${root}\` does not exist` });
    return undefined;
  }
  const pythonFor = pythonFinder((wanted) => findPython(wanted, root, programEnvironment), unwrap);
  const runnable: RunnableModel[] = [];
  const places = new Map<string, PlaceOf>();
  for (const each of models) {
    const model = await checkModel(each, { root, environment, given: options, locks: options }, report);
    if (model !== undefined) runnable.push(model);
    const search = pythonSearch(each, model?.settings, options);
    const python = search && (await pythonFor(search.wanted));
    if (python !== undefined) places.set(each.id, onThisMachine(python));
  }
  const input = unwrap("input", await findInput(options.input, options.images));
  const isShared = input?.once === true && models.length > 1;
  if (isShared) {
    report({
      step: "input",
      message:
        "this input can be read only once, so it cannot be used for several models; select one model, or use a file",
    });
  }
  const remote = await remoteOutput(options, signal);
  if (remote.kind === "problem") {
    unwrap("output", remote);
    return undefined;
  }
  const to = remote.value?.path ?? options.output;
  const folder = remote.value === undefined ? outputRoot : dirname(remote.value.path);
  const ids = new Set(models.map(({ id }) => id));
  const earlier = options.resume
    ? await findEarlierOutput(to, folder, ids)
    : found<EarlierOutput | undefined>(undefined);
  const contained = runnable.filter(isContained);
  const placed = options.host === undefined ? places.size + contained.length : runnable.length;
  const hasProblem = placed < models.length || input === undefined || isShared || earlier.kind === "problem";
  const hasUselessOptions = options.containerOptions !== undefined && runnable.length === models.length;
  const context = { environment: programEnvironment, inputs: input?.folders ?? [], signal, onEvent };
  const host = options.host === undefined || hasProblem ? undefined : unwrap("host", await hostOf(options.host));
  const isReachable = options.host === undefined || host !== undefined;
  if ((contained.length > 0 && isReachable) || hasUselessOptions) {
    const { placeInContainers } = await import("./containers.ts");
    const given = { choice: options, mayPull: !hasProblem, offline: options.offline === true, host, report };
    for (const [id, place] of await placeInContainers(contained, { ...context, ...given })) places.set(id, place);
  }
  for (const each of runnable) if (host !== undefined && !isContained(each)) places.set(each.id, host.place);
  async function hostOf(url: string): Promise<Result<PreparedHost>> {
    const { prepareHost } = await import("./hosts.ts");
    return prepareHost(url, { ...context, root, python: options.python });
  }
  const ready = runnable.flatMap((model) => {
    const place = places.get(model.id);
    return place === undefined ? [] : [{ model, place }];
  });
  if (ready.length < models.length || input === undefined || isShared || earlier.kind === "problem") {
    // Also report whether the output can be written, but leave it unchanged.
    const output = earlier.kind === "problem" ? undefined : unwrap("output", await openOutput(to, folder));
    unwrap("output", earlier);
    await output?.discard();
    return undefined;
  }
  const positions = earlier.value && unwrap("output", await positionsAfter(earlier.value, input, options.head, signal));
  if (earlier.value !== undefined && positions === undefined) return undefined;
  const output = unwrap("output", await openOutput(to, folder, earlier.value));
  if (output === undefined) return undefined;
  const whole = remote.value === undefined ? output : withUpload(output, remote.value, signal);
  return { models: ready, input, output: whole, positions };
}

/** An output in a storage service, with the rows of an earlier run that is continued; `undefined` for any other output. */
async function remoteOutput(options: RunOptions, signal: AbortSignal): Promise<Result<RemoteOutput | undefined>> {
  const { output, environment, programEnvironment = environment, resume, limits } = options;
  if (!isRemoteOutput(output)) return found(undefined);
  const remote = await findRemoteOutput(output, storageEnvironment(environment, programEnvironment));
  if (remote.kind === "problem" || !resume) return remote;
  const fetched = await fetchEarlierRows(remote.value, { stallMs: limits?.stallMs ?? DEFAULT_LIMITS.stallMs, signal });
  return fetched.kind === "problem" ? fetched : remote;
}

/** Finds each interpreter once, and reports a missing one once. */
function pythonFinder(
  find: (wanted: WantedPython | undefined) => Promise<Result<string>>,
  unwrap: (step: string, result: Result<string>) => string | undefined,
): (wanted: WantedPython | undefined) => Promise<string | undefined> {
  const found = new Map<string | undefined, Promise<string | undefined>>();
  return (wanted) => {
    const key = wanted?.program;
    const known = found.get(key) ?? find(wanted).then((result) => unwrap("python", result));
    found.set(key, known);
    return known;
  };
}

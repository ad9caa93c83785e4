// The functions that generated bindings call. Nothing is read before `start`, so importing bindings is cheap.
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { found, messageOf, problem, type Result } from "../../base/result.ts";
import type { ExecutionPlan } from "../../plan/execution-plan.ts";
import { contentHash, EDITED, hasOwnHash } from "../../plan/hash.ts";
import type { executionPlan as ExecutionPlanSchema } from "../../plan/schema.ts";
import { cacheFolder } from "../../system/cache-folder.ts";
import { linkedSignal } from "../abort/linked-signal.ts";
import { DEFAULT_RESTARTS } from "../api/limits.ts";
import type { Failure, RunEvent } from "../api/report.ts";
import type { PreparedHost } from "../prepare/hosts.ts";
import type { ConcreteModel } from "../prepare/locate.ts";
import { onThisMachine, type Place, type PlaceOf } from "../prepare/place.ts";
import { acquireModel, checkModel, isContained, type PreparedModel } from "../prepare/prepare.ts";
import { findPython } from "../prepare/python.ts";
import { pythonSearch } from "../prepare/settings.ts";
import { startPool } from "../process/pool.ts";
import { inputChecker, typeChecker } from "../process/strict-types.ts";
import { planRedactor, redactException } from "../secrets/redaction.ts";
import { type Redact, redactor } from "../secrets/redactor.ts";
import type { Environment } from "../values/values.ts";
import { findWorker } from "../worker/worker-path.ts";
import { checkStartOptions } from "./check-options.ts";
import { ModelError } from "./errors.ts";
import type { AnyValues, Definition, Model, Session, StartOptions, UniversalModel } from "./model.ts";
import { sessionMonitor } from "./monitor.ts";
import { noteStart } from "./open-sessions.ts";
import { connectModel } from "./remote.ts";
import { openSession } from "./session.ts";

/** How long a datapoint waits for others by default, in milliseconds. */
const DEFAULT_MAX_WAIT_MS = 5;

/** Defines one model of a generated module. The module passes its `import.meta` if `plan.json` is next to it. */
export function defineModel<Datapoint, Prediction, Variables, RawPrediction = AnyValues<Prediction>>(
  id: string,
  module: ImportMeta | undefined,
  definition: Definition,
): Model<Datapoint, Prediction, Variables, RawPrediction> {
  return {
    id,
    start: (options) => start(id, module, definition, options),
    connect: (url, options) => connectModel(id, url, options),
  };
}

/** Defines the universal model of a generated module in the same way. */
export function defineUniversalModel<Datapoint, Prediction, Variables, Files, RawPrediction = AnyValues<Prediction>>(
  id: string,
  module: ImportMeta | undefined,
  definition: Definition,
): UniversalModel<Datapoint, Prediction, Variables, Files, RawPrediction> {
  return (name, files) => ({
    id,
    start: (options) => start(id, module, definition, options, { name, files: new Map(Object.entries(files ?? {})) }),
    connect: (url, options) => connectModel(name, url, options),
  });
}

async function start<Datapoint, Prediction, RawPrediction>(
  id: string,
  module: ImportMeta | undefined,
  definition: Definition,
  options: StartOptions<unknown>,
  concrete?: ConcreteModel,
): Promise<Session<Datapoint, Prediction, RawPrediction>> {
  checkStartOptions(options);
  const { signal, abort, unlink } = linkedSignal(options.signal);
  const forget = noteStart(definition.plan, abort);
  const over = (): void => {
    unlink();
    forget();
  };
  const variables = options.env as Environment;
  const environment = { ...process.env, ...variables };
  const folder = definition.load === undefined ? folderOf(module) : process.cwd();
  let root = resolve(options.root ?? resolve(folder, definition.root));
  let redact = redactor([], environment, { root }); // until the plan is known
  const onLine = (text: string): void => options.onLog?.(redact(text));
  const monitor = sessionMonitor(options.onEvent, () => redact);
  try {
    signal.throwIfAborted();
    let plan = await readPlan(folder, definition);
    if (plan.kind === "value") redact = planRedactor(plan.value, { environment, root, passEnv: options.passEnv });
    if (plan.kind === "value" && options.bundle !== undefined) {
      const { planInBundle } = await import("../bundle/start-from.ts");
      const { offline } = options;
      const open = { cache: cacheFolder(environment), environment: process.env, signal, offline };
      const packed = await planInBundle(options.bundle, plan.value, open);
      plan = packed.kind === "value" ? found(packed.value.plan) : packed;
      if (packed.kind === "value") root = packed.value.root;
    }
    const preparing = { variables, environment, root, signal, redact, onLine };
    const { model, ...given } = await prepare(id, plan, definition, options, concrete, preparing);
    const started = await startPool(model, {
      ...given,
      programEnvironment: process.env,
      restarts: { ...DEFAULT_RESTARTS, ...options.restarts },
      onLog: ({ text }) => onLine(text),
      onLoading: monitor.loading,
      onRestart: monitor.restarting,
      onDegraded: () => {},
    });
    signal.throwIfAborted();
    if (started.kind === "failed") throw new ModelError(id, [started.failure], redact);
    const { pool } = started;
    const check = options.validate === true ? { checkType: typeChecker(model), checkInputs: inputChecker(model) } : {};
    const { batchMs } = model.settings.limits;
    const { maxWaitMs = DEFAULT_MAX_WAIT_MS } = options;
    const context = { pool, place: given.place, limitMs: batchMs, maxWaitMs, redact, signal, monitor, ...check };
    return openSession(model, context, over);
  } catch (error) {
    over();
    if (signal.aborted) monitor.stopped();
    else monitor.failed(messageOf(error));
    // The reason of the signal comes from the caller and is rethrown unchanged.
    throw signal.aborted && error === signal.reason ? error : redactException(error, redact);
  }
}

interface PrepareContext {
  /** The environment that the caller passed, in which the variables of the plan are looked up. */
  readonly variables: Environment;
  /** The environment of this process, overridden by `variables`. The environment of the worker is taken from it. */
  readonly environment: Environment;
  readonly root: string;
  readonly signal: AbortSignal;
  readonly redact: Redact;
  /** Passes a line to the caller. */
  readonly onLine: (text: string) => void;
}

/** Checks and fetches everything that a start needs. Throws a `ModelError` with all problems. */
async function prepare(
  id: string,
  read: Result<ExecutionPlan>,
  definition: Definition,
  options: StartOptions<unknown>,
  concrete: ConcreteModel | undefined,
  { variables, root, ...given }: PrepareContext,
): Promise<{ model: PreparedModel; place: Place } & Pick<PrepareContext, "environment" | "signal" | "redact">> {
  const { environment, signal, redact, onLine } = given;
  const failures: Failure[] = [];
  const unwrap = <Value>(step: string, result: Result<Value>): Value | undefined => {
    if (result.kind === "value") return result.value;
    failures.push({ step, message: result.message });
    return undefined;
  };
  const plan = unwrap("plan", read);
  const worker = unwrap("worker", findWorker());
  const planned = plan && unwrap(id, modelOf(plan, id));
  const report = (failure: Failure): unknown => failures.push(failure);
  const checked =
    planned &&
    (await checkModel(planned, { root, environment: variables, given: options, concrete, locks: options }, report));
  const placeOf = await findPlace();
  if (planned !== undefined && checked === undefined && definition.load !== undefined && options.root === undefined) {
    failures.push({
      step: "root",
      message: `paths start from \`${root}\`; set the option \`root\` to use another folder`,
    });
  }
  const { offline } = options;
  const context = { cache: cacheFolder(environment), environment, offline, signal };
  const model = failures.length > 0 ? undefined : checked && (await acquireModel(checked, context, report, () => {}));
  if (plan === undefined || worker === undefined || placeOf === undefined || model === undefined) {
    signal.throwIfAborted();
    throw new ModelError(id, failures, redact);
  }
  const placed = unwrap(id, await placeOf(model, signal));
  if (placed === undefined) throw new ModelError(id, failures, redact);
  return { ...placed, ...given };

  async function findPlace(): Promise<PlaceOf | undefined> {
    const onEvent = (event: RunEvent): void => {
      if (event.kind === "pull") onLine(`${event.image}: ${event.text}`);
    };
    const context = { environment: process.env, inputs: [], signal, onEvent };
    let host: PreparedHost | undefined;
    if (options.host !== undefined) {
      if (failures.length > 0 || checked === undefined) return undefined;
      const { prepareHost } = await import("../prepare/hosts.ts");
      host = unwrap("host", await prepareHost(options.host, { ...context, root, python: options.python }));
      if (host === undefined || !isContained(checked)) return host?.place;
    }
    if (checked === undefined || !isContained(checked)) {
      const search = pythonSearch(planned, checked?.settings, options);
      const python = search && unwrap("python", await findPython(search.wanted, root, environment));
      return python === undefined ? undefined : onThisMachine(python);
    }
    const { placeInContainers } = await import("../prepare/containers.ts");
    const given = { choice: options, mayPull: failures.length === 0, offline: options.offline === true, host, report };
    return (await placeInContainers([checked], { ...context, ...given })).get(checked.id);
  }
}

function modelOf(plan: ExecutionPlan, id: string): Result<ExecutionPlan["models"][number]> {
  const model = plan.models.find((candidate) => candidate.id === id);
  return model === undefined ? problem(`the plan has no model \`${id}\``) : found(model);
}

/** The folder of the module, or the working directory if a bundler removed the URL of the module. */
function folderOf(module: ImportMeta | undefined): string {
  return module?.url?.startsWith("file:") ? dirname(fileURLToPath(module.url)) : process.cwd();
}

/** Reads and checks the plan. Its schema is loaded here, so that importing bindings stays cheap. */
async function readPlan(folder: string, { load, plan: hashStart }: Definition): Promise<Result<ExecutionPlan>> {
  const again = "run `modelwright build` again";
  const text = load === undefined ? await readText(join(folder, "plan.json")) : (await load()).default;
  if (text === undefined) {
    const moved =
      "if `tsc` or a bundler moved the module, copy `plan.json` next to it and set the option `root` to the folder of the definition, or bundle it with `modelwright/plugin`";
    return problem(
      `\`plan.json\` does not exist in \`${folder}\`, the folder of the generated module; ${again}; ${moved}`,
    );
  }
  const { executionPlan } = await import("../../plan/schema.ts");
  const plan = parseJson(text);
  if (!isPlan(executionPlan, plan))
    return problem(`\`plan.json\` is not a plan of this version of Modelwright; ${again}`);
  if (!hasOwnHash(plan)) return problem(`\`plan.json\` ${EDITED}; ${again}`);
  // A module that an earlier version generated contains the start of `plan.hash`.
  if (!contentHash(plan).startsWith(hashStart) && !plan.hash.startsWith(hashStart))
    return problem(`\`plan.json\` is not the plan from which the module was generated; ${again}`);
  return found(plan);
}

/** Validates with the schema, but keeps the original value: the parsed copy would lack a key named `__proto__`. */
function isPlan(schema: typeof ExecutionPlanSchema, plan: unknown): plan is ExecutionPlan {
  return schema.safeParse(plan).success;
}

function readText(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// What the generated bindings call. Nothing is read before `start`, so that importing them costs nothing.
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { ExecutionPlan } from "../plan/execution-plan.ts";
import type { executionPlan as ExecutionPlanSchema } from "../plan/schema.ts";
import { ModelError } from "./errors.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import type { AnyValues, Definition, Model, Session, StartOptions } from "./model.ts";
import { prepareModel } from "./prepare.ts";
import { findPython } from "./python.ts";
import type { Failure } from "./report.ts";
import { found, problem, type Result } from "./result.ts";
import { redactor } from "./secrets.ts";
import { openSession } from "./session.ts";
import { linkedSignal } from "./signal.ts";
import { startModel } from "./start-model.ts";
import type { Environment } from "./values.ts";

/** Defines one model of a generated module, which passes its `import.meta`: `plan.json` lies beside it. */
export function defineModel<Datapoint, Prediction, Variables, RawPrediction = AnyValues<Prediction>>(
  id: string,
  module: ImportMeta,
  definition: Definition,
): Model<Datapoint, Prediction, Variables, RawPrediction> {
  return { id, start: (options) => start(id, module, definition, options) };
}

async function start<Datapoint, Prediction, Variables, RawPrediction>(
  id: string,
  module: ImportMeta,
  definition: Definition,
  options: StartOptions<Variables>,
): Promise<Session<Datapoint, Prediction, RawPrediction>> {
  const failures: Failure[] = [];
  const take = <Value>(step: string, result: Result<Value>): Value | undefined => {
    if (result.kind === "value") return result.value;
    failures.push({ step, message: result.message });
    return undefined;
  };
  const variables = options.env as Environment;
  const environment = { ...process.env, ...variables };
  const folder = dirname(fileURLToPath(module.url));
  const root = resolve(folder, definition.root);

  const plan = take("plan", await readPlan(join(folder, "plan.json"), definition.plan));
  const python = take("python", await findPython(options.python, root, environment));
  const planned = plan && take(id, modelOf(plan, id));
  const model = planned && (await prepareModel(planned, root, variables, (failure) => failures.push(failure)));
  if (plan === undefined || python === undefined || model === undefined) throw new ModelError(id, failures);

  const names = plan.environment.map(({ name }) => name);
  const redact = redactor(names, environment);
  const { signal, unlink } = linkedSignal(options.signal);
  const started = await startModel(model, {
    python,
    environment,
    limits: DEFAULT_LIMITS,
    redact,
    signal,
    onLog: ({ text }) => options.onLog?.(text),
    onLoading: () => {},
  });
  if (started.kind === "failed") {
    unlink();
    throw new ModelError(id, [started.failure]);
  }
  return openSession(model, { worker: started.worker, limitMs: DEFAULT_LIMITS.batchMs, redact }, unlink);
}

function modelOf(plan: ExecutionPlan, id: string): Result<ExecutionPlan["models"][number]> {
  const model = plan.models.find((candidate) => candidate.id === id);
  return model === undefined ? problem(`the plan has no model \`${id}\``) : found(model);
}

/** Reads and checks the plan; its schema is loaded only now. */
async function readPlan(path: string, hash: string): Promise<Result<ExecutionPlan>> {
  const again = "run `modelwright build` again";
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return problem(`there is no \`plan.json\` beside the generated module; ${again}`);
  const { executionPlan } = await import("../plan/schema.ts");
  const plan = parseJson(text);
  if (!isPlan(executionPlan, plan))
    return problem(`\`plan.json\` is not a plan that this version understands; ${again}`);
  if (plan.hash !== hash) return problem(`\`plan.json\` is not the plan that the module was made from; ${again}`);
  return found(plan);
}

/** The schema judges; what it gives back would lack a key named `__proto__`. */
function isPlan(schema: typeof ExecutionPlanSchema, plan: unknown): plan is ExecutionPlan {
  return schema.safeParse(plan).success;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

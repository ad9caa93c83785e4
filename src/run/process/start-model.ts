// Starts the worker of one model, imports its code and loads it.

import type { Failure } from "../api/report.ts";
import type { Place } from "../prepare/place.ts";
import type { PreparedModel } from "../prepare/prepare.ts";
import type { Redact } from "../secrets/redactor.ts";
import type { Environment } from "../values/values.ts";
import { describeEnding } from "../worker/ending.ts";
import type { LogLine } from "../worker/log.ts";
import { adviceFor } from "../worker/missing-module.ts";
import { adviceForVariable, passedEnvironment } from "../worker/passed-environment.ts";
import { type Message, rowErrorOf } from "../worker/reply.ts";
import { type Reply, startWorker, type Worker } from "../worker/worker.ts";

/** The context in which a worker is started. */
export interface StartContext {
  readonly place: Place;
  readonly environment: Environment;
  readonly redact: Redact;
  readonly onLog: (line: LogLine) => void;
  readonly allLogs?: boolean;
  readonly onLoading: () => void;
  /** Stops the worker when it is aborted, also after the start. */
  readonly signal: AbortSignal;
}

/** A loaded model, or the step that failed. `hasDied` is true if the worker ended unexpectedly. */
export type StartedModel =
  | { readonly kind: "started"; readonly worker: Worker }
  | { readonly kind: "failed"; readonly failure: Failure; readonly hasDied: boolean };

/** Starts a model. If it fails, no process of it is left. */
export async function startModel(model: PreparedModel, context: StartContext): Promise<StartedModel> {
  const { place, redact, signal, allLogs = false } = context;
  const onLog = ({ cut, ...line }: LogLine): void => {
    // A cut line may end with a part of a secret, which is known only here. `run` and `start` redact everything else.
    context.onLog(cut === undefined ? line : { ...line, text: `${redact(line.text, true)} … (${cut} more bytes)` });
  };
  const passed = [...model.variables, ...model.settings.passEnv];
  const environment = passedEnvironment(context.environment, passed, place.passed);
  const worker = startWorker({ transport: place.transport, environment, onLog, allLogs });
  const stop = (): void => void worker.stop();
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  const failure = (await importCode(model, worker, context)) ?? (await load(model, worker, context));
  if (failure === undefined) return { kind: "started", worker };
  await worker.stop();
  return { kind: "failed", ...failure };
}

type FailedStep = Omit<Extract<StartedModel, { kind: "failed" }>, "kind">;

async function importCode(
  model: PreparedModel,
  worker: Worker,
  context: StartContext,
): Promise<FailedStep | undefined> {
  for (const call of ["load", "predict"] as const) {
    const { step, entrypoint, shown } = model[call];
    const module = "module" in step.entrypoint ? step.entrypoint.module : shown;
    const message: Message = { type: "import", call, device: model.device, ...entrypoint };
    const reply = await worker.request(message, model.settings.limits.importMs);
    const failure = await failureOf(reply, step.id, `importing \`${module}\``, model, context);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

async function load(model: PreparedModel, worker: Worker, context: StartContext): Promise<FailedStep | undefined> {
  context.onLoading();
  const { step, shown } = model.load;
  const message: Message = {
    type: "load",
    arguments: model.load.arguments,
    predict: model.predict.arguments,
    keys: model.keys,
    rules: model.rules,
  };
  const reply = await worker.request(message, model.settings.limits.loadMs);
  return failureOf(reply, step.id, `\`${shown}\``, model, context);
}

async function failureOf(
  reply: Reply,
  step: string,
  what: string,
  model: PreparedModel,
  { place, environment }: StartContext,
): Promise<FailedStep | undefined> {
  if (reply.kind === "ended") {
    const traceback = reply.traceback === undefined ? {} : { traceback: reply.traceback };
    const failure = { step, message: `${what}: ${describeEnding(reply.ending)}`, ...traceback };
    return { failure, hasDied: reply.ending.kind === "exited" };
  }
  if (reply.kind !== "error") return undefined;
  const { error } = reply;
  const { type, message, ...traceback } = rowErrorOf(error);
  const raised = `${what} raised ${type}${message === "" ? "" : `: ${message}`}`;
  const advice =
    error.missing === undefined
      ? adviceForVariable(error, environment, [...model.variables, ...model.settings.passEnv], place.passed)
      : `; ${await adviceFor(error.missing, model.folder, place.installation)}`;
  return { failure: { step, message: raised + advice, ...traceback }, hasDied: false };
}

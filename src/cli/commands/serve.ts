// `modelwright serve`: loads the models of one definition and answers requests until a signal arrives.
import { resolve } from "node:path";
import { printable, quote } from "../../base/quote.ts";
import { messageOf } from "../../base/result.ts";
import { openApiText } from "../../emit/openapi.ts";
import { canonicalJsonPretty } from "../../plan/canonical.ts";
import type { ExecutionPlan, PlanModel } from "../../plan/execution-plan.ts";
import { contentHash } from "../../plan/hash.ts";
import { linkedSignal } from "../../run/abort/linked-signal.ts";
import { DEFAULT_RESTARTS } from "../../run/api/limits.ts";
import type { RunOptions } from "../../run/api/options.ts";
import { defineModel } from "../../run/client/define-model.ts";
import { ModelError } from "../../run/client/errors.ts";
import type { StartOptions } from "../../run/client/model.ts";
import { isLoopbackAddress } from "../../serve/access.ts";
import { ServedModel } from "../../serve/models.ts";
import { predictorOf } from "../../serve/predictor.ts";
import { type LogEntry, type RunningServer, startServer } from "../../serve/server.ts";
import { CommandError, EXIT } from "../exit.ts";
import type { Given } from "../given-bundle.ts";
import type { SharedOptions } from "../options.ts";
import { printNote } from "../output.ts";
import { reasonOf } from "../reason.ts";
import { FORMATS } from "../render/formats.ts";
import { requestLine } from "../render/serve.ts";
import { compileToPlan } from "./plan.ts";
import { LEFT_TO_RUN, type RunArguments, runOptionsOf } from "./run.ts";
import { selectOrFail } from "./select-or-fail.ts";
import { readServeOptions, type ServeOptions } from "./serve-options.ts";

/** `modelwright serve`. Returns the exit code after the server has stopped. */
export async function serveCommand(from: Given, options: SharedOptions, given: RunArguments): Promise<number> {
  const environment = options.environment ?? process.env;
  const serve = readServeOptions(given, environment);
  // Programs that this process starts, such as Git and `ssh`, do not need the token.
  if (typeof given["tokenEnv"] === "string") delete process.env[given["tokenEnv"]];
  const compilation = compileToPlan(from.options, from.files, LEFT_TO_RUN);
  if (typeof compilation === "number") return compilation;
  const plan = from.localPlan(compilation.plan);
  const run = runOptionsOf(options, given, resolve(from.options.cwd, compilation.root));
  const selected = selectOrFail(plan, run.models);

  const models = selected.map((model) => new ServedModel(model, serve.queue));
  const isJson = options.formats.some(({ name }) => FORMATS[name].progress === "json");
  const stopping = stopSignals();
  try {
    const server = await listen(models, plan, selected, serve, (entry) => {
      if (!serve.quiet) printNote(requestLine(entry, isJson));
    });
    printNote(`Listening at ${server.url}\n`);
    if (serve.tokens.length === 0 && !isLoopbackAddress(serve.address)) {
      printNote("Anyone who can connect may use the models. Use `--token-env` to require a token.\n");
    }
    // A signal ends the loading of models, but models that are loaded end their requests first.
    const loading = linkedSignal(stopping.first);
    const given = startOptionsOf(run, environment, serve.maxWaitMs);
    const sessions = startModels(models, plan, given, loading.signal).finally(loading.unlink);
    let code: number = EXIT.clean;
    try {
      await Promise.race([sessions, aborted(stopping.first)]);
      if (!stopping.first.aborted) printNote("Ready\n");
      await aborted(stopping.first);
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      printNote(`${printable(error.message).replaceAll("\\n", "\n")}\n`);
      code = EXIT.step;
    }
    if (code === EXIT.clean) printNote("Stopping\n");
    const cut = await server.stop(code === EXIT.clean ? serve.stop : { delayMs: 0, drainMs: 0 }, stopping.second);
    await sessions.catch(() => {});
    await Promise.all(models.map((model) => model.stop()));
    if (cut > 0) printNote(`${cut === 1 ? "1 request was" : `${cut} requests were`} cut off.\n`);
    return cut > 0 ? EXIT.step : code;
  } finally {
    stopping.unlink();
  }
}

/** Listens, or says why that is impossible. */
async function listen(
  models: readonly ServedModel[],
  plan: ExecutionPlan,
  selected: readonly PlanModel[],
  { address, port, ...serve }: ServeOptions,
  onAnswer: (entry: LogEntry) => void,
): Promise<RunningServer> {
  try {
    const openApi = openApiText({ ...plan, models: selected });
    return await startServer(models, { ...serve, address, port, openApi, onAnswer });
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    const reason =
      error.code === "EADDRINUSE" ? "another program uses this port" : reasonOf(String(error.code), messageOf(error));
    throw new CommandError(EXIT.failure, `Cannot listen at ${quote(address)}, port ${port}: ${reason}.`);
  }
}

type Options = StartOptions<Readonly<Record<string, string | undefined>>> & { readonly root: string };

/** The options with which bindings start a model, from those of a run. */
function startOptionsOf(run: RunOptions, env: Options["env"], maxWaitMs: number): Options {
  const { passEnv, limits, python, root, locked, offline, container, containerOptions, host, replicas } = run;
  const { maxRestarts: max = DEFAULT_RESTARTS.max, maxRestartsPerMinute = DEFAULT_RESTARTS.maxPerMinute } = run;
  const restarts = { max, maxPerMinute: maxRestartsPerMinute };
  const same = { passEnv, limits, python, root, locked, offline, container, containerOptions, host, replicas };
  return { ...same, env, restarts, maxWaitMs, validate: run.strictTypes };
}

/** Loads the models one after the other, as bindings do. */
async function startModels(
  models: readonly ServedModel[],
  plan: ExecutionPlan,
  options: Options,
  signal: AbortSignal,
): Promise<void> {
  const { env } = options;
  const definition = {
    root: options.root,
    plan: contentHash(plan),
    load: async () => ({ default: canonicalJsonPretty(plan) }),
  };
  for (const model of models) {
    const onLog = (line: string): void => printNote(`[${printable(model.id)}] ${printable(line)}\n`);
    const session = await defineModel<never, unknown, typeof env>(model.id, undefined, definition).start({
      ...options,
      signal,
      onLog,
    });
    model.loaded(predictorOf(session));
  }
}

/** Two signals: the first stops the server after its requests, and the second at once. */
function stopSignals() {
  const [first, second] = [new AbortController(), new AbortController()];
  const stop = (): void => (first.signal.aborted ? second : first).abort();
  process.on("SIGINT", stop).on("SIGTERM", stop);
  return {
    first: first.signal,
    second: second.signal,
    unlink: () => void process.off("SIGINT", stop).off("SIGTERM", stop),
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

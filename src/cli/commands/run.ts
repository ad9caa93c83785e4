import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { printable, quote } from "../../base/quote.ts";
import { factsOf, schemeOf } from "../../base/schemes.ts";
import type { Compilation } from "../../compile.ts";
import { planDatasets } from "../../plan/dataset.ts";
import type { ExecutionPlan } from "../../plan/execution-plan.ts";
import { withTimeLimit } from "../../run/abort/time-limit.ts";
import { DEFAULT_LIMITS, type Limits } from "../../run/api/limits.ts";
import { type MaxErrors, parseMaxErrors } from "../../run/api/max-errors.ts";
import type { RunOptions } from "../../run/api/options.ts";
import type { RunReport } from "../../run/api/report.ts";
import { selectModels } from "../../run/prepare/select-models.ts";
import { run } from "../../run/run.ts";
import { redactor } from "../../run/secrets/redactor.ts";
import { storageEnvironment } from "../../run/storage/environment.ts";
import { cacheFolder } from "../../system/cache-folder.ts";
import { whyUnreadable } from "../../system/paths.ts";
import { containerOptions } from "../container-options.ts";
import { CommandError, EXIT } from "../exit.ts";
import type { Given } from "../given-bundle.ts";
import { secondsOption, wholeNumber } from "../numbers.ts";
import type { SharedOptions } from "../options.ts";
import { printNote } from "../output.ts";
import { watchDataset } from "../render/dataset.ts";
import { FORMATS } from "../render/formats.ts";
import { type RunView, type RunWatcher, tooManyErrorsText, watchRun } from "../render/run.ts";
import type { Screen } from "../render/run-live.ts";
import { leaveStandardOutput, terminalOf } from "../streams.ts";
import { columnsOf } from "../terminal.ts";
import { compileToPlan } from "./plan.ts";

/** Findings that the run reports itself, only for the models that it runs. */
export const LEFT_TO_RUN = new Set([
  "missing-file",
  "missing-environment",
  "remote-code",
  "invalid-lock",
  "stale-lock",
]);

/** Two signals within this time come from one Ctrl+C. */
const SAME_PRESS_MS = 500;

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/** The options of the command line, of which `container` was read. */
export type RunArguments = Readonly<Record<string, unknown>> & Pick<RunOptions, "container">;

/** `modelwright run`: compiles one definition and runs its plan. */
export async function runCommand(from: Given, options: SharedOptions, given: RunArguments): Promise<number> {
  const compilation = compileToPlan(from.options, from.files, LEFT_TO_RUN);
  if (typeof compilation === "number") return compilation;
  const plan = from.localPlan(compilation.plan);
  const withoutDataset = runOptionsOf(options, given, resolve(from.options.cwd, compilation.root));
  const view: RunView = {
    json: options.formats.some(({ name }) => FORMATS[name].progress === "json"),
    quiet: given["quiet"] === true,
    verbose: given["verbose"] === true,
    screen: screenFor(given["output"]),
  };
  const dataset = await datasetOf(compilation, withoutDataset, given, view);
  const runOptions = dataset === undefined ? withoutDataset : { ...withoutDataset, ...dataset };
  await requireInputs(plan, runOptions);

  const watcher = watchRun(plan, view);
  const controller = new AbortController();
  let interruptedBy: keyof typeof SIGNALS | undefined;
  let interruptedAt = 0;
  const interrupt = (signal: keyof typeof SIGNALS) => {
    // A second Ctrl+C exits immediately. Programs such as npx repeat the signal that the terminal has already sent.
    if (interruptedBy !== undefined && performance.now() - interruptedAt > SAME_PRESS_MS) process.exit(SIGNALS[signal]);
    if (interruptedBy !== undefined) return;
    interruptedBy = signal;
    interruptedAt = performance.now();
    controller.abort();
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  leaveStandardOutput(); // the run reports write errors itself
  try {
    const result = await run(plan, {
      ...runOptions,
      signal: controller.signal,
      onEvent: watcher.onEvent,
    });
    watcher.end(result);
    if (interruptedBy !== undefined && result.interrupted) return SIGNALS[interruptedBy];
    const isEmpty = runOptions.head !== 0 && !options.allowEmpty && result.models.every(({ rows }) => rows === 0);
    if (isEmpty && result.failures.length === 0) {
      throw new CommandError(
        EXIT.nothing,
        `The input ${printable(String(given["input"] ?? given["dataset"]))} has no datapoints.`,
      );
    }
    return exitCode(result, watcher);
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}

/** The dataset of the command line as the input of the run, after its files were brought here; `undefined` if there is none. */
async function datasetOf(
  { graph, root }: Compilation,
  { environment, programEnvironment = environment, root: folder, limits, offline, head }: RunOptions,
  { dataset: name, stage, input, images }: RunArguments,
  view: RunView,
): Promise<Pick<RunOptions, "input" | "head"> | undefined> {
  if ((name === undefined) === (input === undefined))
    throw new CommandError(EXIT.usage, "Set either `--input` or `--dataset`.");
  if (name === undefined && stage !== undefined) throw new CommandError(EXIT.usage, "`--stage` requires `--dataset`.");
  if (name === undefined) return undefined;
  if (images !== undefined) throw new CommandError(EXIT.usage, "`--images` cannot be used with `--dataset`.");
  const datasets = planDatasets(graph.bound, root);
  const dataset = datasets.find((each) => each.name === name);
  if (dataset === undefined) {
    const names = datasets.map((each) => quote(each.name)).join(", ");
    const hint = names === "" ? "The definition has no datasets." : `Its datasets: ${names}.`;
    throw new CommandError(EXIT.usage, `The definition has no dataset ${quote(String(name))}. ${hint}`);
  }
  const { fetchDataset } = await import("../../run/input/dataset.ts");
  const watcher = watchDataset(dataset.name, view);
  const { stallMs, fetchMs } = { ...DEFAULT_LIMITS, ...limits };
  const found = await withTimeLimit(fetchMs, new AbortController().signal, (signal) => {
    const context = { root: folder, cache: cacheFolder(environment), stallMs, fetchMs, offline, signal };
    const forDrivers = storageEnvironment(environment, programEnvironment);
    return fetchDataset(dataset, typeof stage === "string" ? stage : undefined, {
      ...context,
      environment: forDrivers,
      onProgress: watcher.onProgress,
    });
  }).finally(watcher.end);
  const redact = redactor([], environment);
  if (found.kind === "problem") throw new CommandError(EXIT.step, `${capitalized(redact(found.message))}.`);
  const { files, count } = found.value;
  return { input: files, head: count === undefined ? head : Math.min(count, head ?? count) };
}

/** A message that begins with a capital letter. */
export function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Fails if a model or an input of the command line does not exist. */
async function requireInputs(plan: ExecutionPlan, { models, input, images }: RunOptions): Promise<void> {
  const problems: string[] = [];
  if (models !== undefined) selectModels(plan, models, ({ message }) => problems.push(message));
  for (const path of [input, images]) {
    const reason = typeof path === "string" && path !== "-" ? await whyUnreadable(path) : undefined;
    if (reason !== undefined) problems.push(`\`${path}\` ${reason}`);
  }
  if (problems.length > 0) throw new CommandError(EXIT.usage, problems.join("\n"));
}

/** The options of a run. `root` is the folder that the paths of the plan are relative to. */
export function runOptionsOf(options: SharedOptions, given: RunArguments, root: string): RunOptions {
  const path = (value: unknown) => (value === "-" ? "-" : resolve(options.cwd, String(value)));
  const models = given["model"];
  return {
    root,
    environment: options.environment ?? process.env,
    programEnvironment: process.env,
    input: path(given["input"]),
    images: given["images"] === undefined ? undefined : path(given["images"]),
    output: outputOf(given["output"]) ?? path(given["output"]),
    outputRoot: options.cwd,
    models: Array.isArray(models) ? models.map(String) : undefined,
    python: typeof given["python"] === "string" ? given["python"] : undefined,
    head: wholeNumber("--head", given["head"], 0),
    jobs: wholeNumber("--jobs", given["jobs"], 1),
    replicas: given["replicas"] === "auto" ? "auto" : wholeNumber("--replicas", given["replicas"], 1),
    maxRestarts: wholeNumber("--max-restarts", given["maxRestarts"], 0),
    maxRestartsPerMinute: wholeNumber("--max-restarts-per-minute", given["maxRestartsPerMinute"], 1),
    maxErrors: maxErrors(given["maxErrors"]),
    failFast: given["failFast"] === true,
    strictTypes: given["strictTypes"] === true,
    resume: given["resume"] === true,
    locked: given["locked"] === true,
    offline: given["offline"] === true,
    allLogs: given["verbose"] === true,
    passEnv: variableNames(given["passEnv"]),
    container: given.container,
    host: typeof given["host"] === "string" ? given["host"] : undefined,
    containerOptions: containerOptions(given, options.cwd),
    limits: {
      ...milliseconds("fetchMs", "--fetch-timeout", given["fetchTimeout"]),
      ...milliseconds("importMs", "--import-timeout", given["importTimeout"]),
      ...milliseconds("loadMs", "--load-timeout", given["loadTimeout"]),
      ...milliseconds("batchMs", "--batch-timeout", given["batchTimeout"]),
    },
  };
}

/** An output that is a URL: as it is, or as a path if it names a file of this machine; `undefined` for a path. */
function outputOf(value: unknown): string | undefined {
  const text = String(value);
  const scheme = schemeOf(text);
  if (scheme === undefined) return undefined;
  const { data } = factsOf(scheme);
  if (data === "download") return text;
  if (data === "path" && URL.canParse(text) && new URL(text).host === "") return fileURLToPath(text);
  const message = `Invalid value ${quote(text)} for \`--output\`: expected a path, or a URL such as s3://bucket/rows.jsonl.`;
  throw new CommandError(EXIT.usage, message);
}

function maxErrors(value: unknown): MaxErrors | undefined {
  if (value === undefined) return undefined;
  const limit = parseMaxErrors(String(value));
  if (limit !== undefined) return limit;
  const message = `Invalid value ${quote(String(value))} for \`--max-errors\`: expected a number, a percentage such as 5%, or all.`;
  throw new CommandError(EXIT.usage, message);
}

/** Names of variables. An invalid name is not shown, because it may be `NAME=value`. */
function variableNames(given: unknown): readonly string[] | undefined {
  const names = Array.isArray(given) ? given.map(String) : undefined;
  if (names?.every((name) => /^[A-Za-z_]\w*$/.test(name)) !== false) return names;
  const message =
    "Invalid value for `--pass-env`: expected the name of an environment variable without its value, such as HF_TOKEN.";
  throw new CommandError(EXIT.usage, message);
}

/** Standard error as a terminal to draw on; `undefined` if the rows are written to the terminal, too. */
function screenFor(output: unknown): Screen | undefined {
  const stderr = terminalOf(2);
  const isShared = output === "-" && terminalOf(1) !== undefined;
  if (stderr === undefined || process.env["TERM"] === "dumb" || isShared) return undefined;
  return { columns: () => columnsOf(2) ?? 80, rows: () => stderr.rows ?? 24 };
}

/** A time limit. Without a value, the default applies. */
function milliseconds(limit: keyof Limits, option: string, value: unknown): Partial<Limits> {
  const given = secondsOption(option, value);
  return given === undefined ? {} : { [limit]: given };
}

function exitCode(report: RunReport, watcher: RunWatcher): number {
  const { failures, tooManyErrors } = report;
  if (!watcher.showsFailures) {
    for (const { step, message } of failures) printNote(`${printable(step)}: ${printable(message)}\n`);
    if (tooManyErrors) printNote(`${tooManyErrorsText(report)}\n`);
  }
  return failures.length > 0 || tooManyErrors ? EXIT.step : EXIT.clean;
}

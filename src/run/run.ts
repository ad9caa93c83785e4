// Runs a plan. Everything is checked first; then each model is started, and its predictions are written.
import { sha256Hex } from "../base/digest.ts";
import type { ExecutionPlan } from "../plan/execution-plan.ts";
import { EDITED, hasOwnHash } from "../plan/hash.ts";
import { spelledName } from "../plan/spelling.ts";
import { cacheFolder } from "../system/cache-folder.ts";
import { linkedSignal } from "./abort/linked-signal.ts";
import { DEFAULT_RESTARTS } from "./api/limits.ts";
import { hasTooManyErrors, parseMaxErrors } from "./api/max-errors.ts";
import type { RunOptions } from "./api/options.ts";
import type { Failure, ModelReport, RunEvent, RunReport, UsedLock } from "./api/report.ts";
import { preflight, type ReadyModel } from "./prepare/preflight.ts";
import { isContained } from "./prepare/prepare.ts";
import { selectModels } from "./prepare/select-models.ts";
import { runModel, waiting } from "./process/run-model.ts";
import { planRedactor, redactException, redactTexts } from "./secrets/redaction.ts";
import type { Redact } from "./secrets/redactor.ts";

/** How long a datapoint of a stream waits for others by default, in milliseconds. */
const DEFAULT_MAX_WAIT_MS = 50;

/** Runs the models of a plan on the input. A failing step does not throw; it becomes an entry in the report. */
export async function run(plan: ExecutionPlan, options: RunOptions): Promise<RunReport> {
  const redact = planRedactor(plan, options);
  const onEvent = (event: RunEvent): void => options.onEvent?.(redactTexts(event, redact));
  try {
    return redactTexts(await runModels(plan, options, redact, onEvent), redact);
  } catch (error) {
    throw redactException(error, redact);
  }
}

/** The events and the report may contain secrets; the caller redacts them. */
async function runModels(
  plan: ExecutionPlan,
  options: RunOptions,
  redact: Redact,
  onEvent: (event: RunEvent) => void,
): Promise<RunReport> {
  const failures: Failure[] = [];
  const fail = (failure: Failure): void => {
    failures.push(failure);
    onEvent({ kind: "failure", failure });
  };
  // A plan that was read from a file may have been edited after it was checked.
  if (!hasOwnHash(plan)) {
    fail({ step: "plan", message: `the plan ${EDITED}; run \`modelwright build\` again` });
    return reportOf(plan, [], failures, options);
  }
  const { maxErrors = 0 } = options;
  if (parseMaxErrors(String(maxErrors)) === undefined) {
    fail({ step: "maxErrors", message: `"${maxErrors}" is not a number of rows, a percentage such as 5%, or all` });
    return reportOf(plan, [], failures, options);
  }
  const selected = selectModels(plan, options.models, fail);
  const tallies = selected.map(({ id, name }) => waiting({ id, name: spelledName(name) }));
  const { signal, abort, unlink } = linkedSignal(options.signal);
  try {
    const ready = await preflight(selected, options, { signal, report: fail, onEvent });
    if (ready === undefined) return reportOf(plan, tallies, failures, options);
    if (failures.length > 0) {
      await ready.output.discard();
      return reportOf(plan, tallies, failures, options);
    }
    for (const tally of tallies) {
      const { rows, errors } = ready.positions?.get(tally.id) ?? { rows: 0, errors: 0 };
      if (rows === 0) continue;
      Object.assign(tally, { rows, errors, kept: rows });
      onEvent({ kind: "resume", model: tally.id, rows, errors });
    }
    const contained = new Set(ready.models.filter(({ model }) => isContained(model)).map(({ model }) => model.id));
    const unused = selected.filter(({ id, image }) => image !== undefined && !contained.has(id)).map(({ id }) => id);
    if (unused.length > 0) onEvent({ kind: "image-not-used", models: unused });
    const resources = [...new Set(ready.models.flatMap(({ model }) => model.notLocked))];
    if (resources.length > 0) onEvent({ kind: "not-locked", resources });
    for (const path of ready.output.leftBehind) onEvent({ kind: "left-behind", path });
    const {
      environment,
      programEnvironment = environment,
      head,
      failFast = false,
      strictTypes = false,
      resume = false,
      offline = false,
      allLogs = false,
      jobs = 1,
      maxWaitMs = DEFAULT_MAX_WAIT_MS,
      maxRestarts = DEFAULT_RESTARTS.max,
      maxRestartsPerMinute = DEFAULT_RESTARTS.maxPerMinute,
    } = options;
    const { models, ...shared } = ready;
    const context = {
      ...shared,
      environment,
      programEnvironment,
      restarts: { max: maxRestarts, maxPerMinute: maxRestartsPerMinute },
      cache: cacheFolder(environment),
      redact,
      head,
      failFast,
      strictTypes,
      allLogs,
      resume,
      maxWaitMs,
      offline,
      signal,
      stopAll: abort,
      fail,
      onEvent,
    };
    const waitingModels = models.entries();
    // All lanes share one iterator, so each model runs once.
    const lane = async (): Promise<void> => {
      for (const [index, model] of waitingModels) {
        const tally = tallies[index];
        if (tally !== undefined && !signal.aborted) await runModel(model, tally, context);
      }
    };
    await Promise.all(Array.from({ length: Math.min(Math.max(1, jobs), tallies.length) }, lane));
    // If the run failed before it wrote a row, an existing output file is kept.
    const isVain = tallies.every(({ rows, kept }) => rows === kept) && (failures.length > 0 || signal.aborted);
    await (isVain ? ready.output.discard() : ready.output.close(failures.length === 0 && !signal.aborted));
    const message = ready.output.problem();
    if (message !== undefined) fail({ step: "output", message });
    return reportOf(plan, tallies, failures, options, locksOf(ready.models));
  } finally {
    abort(); // also after an exception, so that nothing keeps running
    unlink();
  }
}

/** The lock files of the models, each once. */
function locksOf(models: readonly ReadyModel[]): readonly UsedLock[] {
  const texts = new Map<string, string>();
  for (const { model } of models) if (model.lock?.text !== undefined) texts.set(model.lock.path, model.lock.text);
  return [...texts].map(([path, text]) => ({ path, sha256: sha256Hex(text) }));
}

function reportOf(
  { hash: plan }: ExecutionPlan,
  models: readonly ModelReport[],
  failures: readonly Failure[],
  { maxErrors = 0, signal }: Pick<RunOptions, "maxErrors" | "signal">,
  locks: readonly UsedLock[] = [],
): RunReport {
  const sum = (field: "rows" | "errors") => models.reduce((total, model) => total + model[field], 0);
  const counts = { rows: sum("rows"), errors: sum("errors") };
  const tooManyErrors = hasTooManyErrors(maxErrors, counts);
  const interrupted = signal?.aborted ?? false;
  return { plan, locks, models, failures, ...counts, maxErrors, tooManyErrors, interrupted };
}

// The progress of a run on standard error: live on a terminal, otherwise as plain lines, or as JSON lines.

import { plainJson } from "../../base/json-text.ts";
import { printable } from "../../base/quote.ts";
import { escapeCommands } from "../../base/runner-commands.ts";
import type { ExecutionPlan, PlanModel } from "../../plan/execution-plan.ts";
import { spelledName } from "../../plan/spelling.ts";
import type { Failure, RunEvent, RunReport } from "../../run/api/report.ts";
import { printNote } from "../output.ts";
import { liveBlock, type Screen } from "./run-live.ts";
import { type Status, statusLines, statusOf, updateStatus } from "./run-status.ts";
import { reportTable } from "./run-table.ts";

export interface RunView {
  readonly json: boolean;
  readonly quiet: boolean;
  /** Whether to show every traceback and everything that the models print. */
  readonly verbose: boolean;
  /** The terminal for live output, if standard error is one. */
  readonly screen: Screen | undefined;
  readonly write?: (text: string) => void;
  readonly now?: () => number;
}

export interface RunWatcher {
  readonly onEvent: (event: RunEvent) => void;
  readonly end: (report: RunReport) => void;
  /** Whether the watcher shows failures and exceeded error limits itself. */
  readonly showsFailures: boolean;
}

/** The time between plain lines about a model: at first, and later. */
const PLAIN_MS = 10_000;
const LATER_MS = 60_000;

/** Creates the watcher of a run. */
export function watchRun(plan: ExecutionPlan, view: RunView): RunWatcher {
  const { write = printNote, now = Date.now } = view;
  if (view.json) {
    const print = (event: unknown): void => write(`${plainJson(JSON.stringify(event))}\n`);
    return { onEvent: print, end: (report) => print({ kind: "end", ...report }), showsFailures: true };
  }
  if (view.quiet) return { onEvent: () => {}, end: () => {}, showsFailures: false };
  // Names start lines whose widths must be known, so they are escaped here.
  const shown = (name: PlanModel["name"]): string => escapeCommands(printable(spelledName(name)));
  const models = new Map(plan.models.map(({ id, name }): [string, Status] => [id, statusOf(shown(name))]));
  const block = view.screen && liveBlock(write, view.screen, (screen) => statusLines([...models.values()], screen));
  const line = (text: string): void => (block === undefined ? write(`${text}\n`) : block.print(text));
  return {
    showsFailures: true,
    onEvent: (event) => {
      updateStatus(models, event, now());
      for (const text of linesOf(event, models, view, now())) line(text);
      block?.changed();
    },
    end: (report) => {
      block?.clear();
      write(reportTable(report.models, view.screen?.columns()));
      if (report.tooManyErrors && !report.interrupted) write(`${tooManyErrorsText(report)}\n`);
    },
  };
}

/** Why a run without failed steps fails. */
export function tooManyErrorsText({ rows, errors, maxErrors }: RunReport): string {
  const hint = maxErrors === 0 ? " To allow some, use a number or a percentage, such as `--max-errors 5%`." : "";
  return `${errors} of ${counted(rows, "row")} failed, more than \`--max-errors ${maxErrors}\` allows.${hint}`;
}

/** The lines to print for an event. */
function linesOf(event: RunEvent, models: ReadonlyMap<string, Status>, view: RunView, now: number): readonly string[] {
  if (event.kind === "failure") return failureLines(event.failure);
  if (event.kind === "left-behind") {
    return [`a killed run left ${printable(event.path)}; use \`--resume\` to continue it`];
  }
  if (event.kind === "image-not-used") {
    return ["`image` of the definition is not used; use `--container` to run models in containers"];
  }
  if (event.kind === "entrypoint-not-used") {
    const image = printable(event.image);
    return [`the ENTRYPOINT of the image ${image} is not run; containers start the \`python3\` of the image`];
  }
  if (event.kind === "pull") return pullLines(event, view.verbose);
  if (event.kind === "not-locked") return [notLockedText(event.resources)];
  if (event.kind === "fetch" || event.kind === "send") return [];
  const status = models.get(event.model);
  if (status === undefined) return [];
  switch (event.kind) {
    case "log":
      return [`[${printable(event.model)}] ${printable(event.text)}`];
    case "restart":
      return [`${status.name}: ${printable(event.reason)}; restarting${pause(event.pauseMs)} …`];
    case "degraded":
      return [`${status.name}: ${printable(event.reason)}; ${counted(event.left, "replica")} left`];
    case "resume":
      return [`${status.name}: kept ${counted(event.rows, "row")} of an earlier run`];
    case "error":
      return errorLines(event, status, view.verbose);
    case "state":
      if (view.screen !== undefined || event.state === "waiting") return [];
      return [`${status.name}: ${event.state}${isUnderWay(event.state) ? " …" : ""}`];
    case "progress":
      return view.screen === undefined ? progressLines(status, now) : [];
  }
}

/** The lines about an image that is pulled. */
export function pullLines({ image, text }: Extract<RunEvent, { kind: "pull" }>, isVerbose: boolean): readonly string[] {
  if (text === "started") return [`pulling the image ${printable(image)} …`];
  return isVerbose ? [`${printable(image)}: ${printable(text)}`] : [];
}

/** When a worker is restarted, if that is not now. */
function pause(ms: number): string {
  return ms < 1000 ? "" : ` in ${Math.round(ms / 1000)} s`;
}

/** The most resources that one line names. */
const MAX_NAMED = 3;

function notLockedText(resources: readonly string[]): string {
  const named = resources.slice(0, MAX_NAMED).map(printable).join(", ");
  const more = resources.length > MAX_NAMED ? ` and ${resources.length - MAX_NAMED} more` : "";
  return `not locked: ${named}${more}; run \`modelwright lock\` to fetch the same next time`;
}

function failureLines({ step, message, traceback }: Failure): readonly string[] {
  return [`${printable(step)} failed: ${printable(message)}`, ...indented(traceback)];
}

/** The first failed datapoint of a model, in short. With `--verbose`, every one with its traceback. */
function errorLines(
  { id, error }: Extract<RunEvent, { kind: "error" }>,
  status: Status,
  verbose: boolean,
): readonly string[] {
  if (!verbose && status.errorsShown++ > 0) return [];
  const text = `${status.name}: ${printable(id)}: ${printable(error.type)}: ${printable(error.message)}`;
  return verbose
    ? [text, ...indented(error.traceback)]
    : [`${text} (use \`--verbose\` to show every failed datapoint)`];
}

function progressLines(status: Status, now: number): readonly string[] {
  const interval = Math.min(LATER_MS, Math.max(PLAIN_MS, (now - status.since) / 6));
  if (now - status.reportedAt < interval) return [];
  status.reportedAt = now;
  const errors = status.errors === 0 ? "" : `, ${counted(status.errors, "error")}`;
  return [`${status.name}: ${counted(status.rows, "row")}${errors}, ${Math.round(status.rate)} rows/s`];
}

function isUnderWay(state: string): boolean {
  return !["done", "failed", "interrupted"].includes(state);
}

function indented(traceback: string | undefined): readonly string[] {
  return (
    traceback
      ?.trimEnd()
      .split("\n")
      .map((frame) => `    ${printable(frame)}`) ?? []
  );
}

/** A number with its noun. */
function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

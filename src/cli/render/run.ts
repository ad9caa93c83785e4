// What a run shows while it runs, on standard error: live on a terminal, plain lines otherwise, events as JSON lines.

import { plainJson } from "../../base/json-text.ts";
import { printable } from "../../base/quote.ts";
import { escapeCommands } from "../../base/runner-commands.ts";
import type { ExecutionPlan, PlanModel } from "../../plan/execution-plan.ts";
import { spelledName } from "../../plan/spelling.ts";
import type { Failure, RunEvent, RunReport } from "../../run/api/report.ts";
import { printNote } from "../output.ts";
import { liveBlock, type Screen } from "./run-live.ts";
import { type Status, statusLines, statusOf, tell } from "./run-status.ts";
import { reportTable } from "./run-table.ts";

export interface RunView {
  readonly json: boolean;
  readonly quiet: boolean;
  /** Every traceback and every line of the models. */
  readonly verbose: boolean;
  /** The terminal on which lines may be written over, if standard error is one. */
  readonly screen: Screen | undefined;
  readonly write?: (text: string) => void;
  readonly now?: () => number;
}

export interface RunWatcher {
  readonly onEvent: (event: RunEvent) => void;
  readonly end: (report: RunReport) => void;
  /** Whether failures are shown as they come, and error rows beyond `--max-errors` at the end. */
  readonly showsFailures: boolean;
}

/** Plain lines about one model come this often at first, and once a minute later on. */
const PLAIN_MS = 10_000;
const LATER_MS = 60_000;

/** Makes the watcher of one run. */
export function watchRun(plan: ExecutionPlan, view: RunView): RunWatcher {
  const { write = printNote, now = Date.now } = view;
  if (view.json) {
    const print = (event: unknown): void => write(`${plainJson(JSON.stringify(event))}\n`);
    return { onEvent: print, end: (report) => print({ kind: "end", ...report }), showsFailures: true };
  }
  if (view.quiet) return { onEvent: () => {}, end: () => {}, showsFailures: false };
  // A name begins lines, of which the widths must be known.
  const shown = (name: PlanModel["name"]): string => escapeCommands(printable(spelledName(name)));
  const models = new Map(plan.models.map(({ id, name }): [string, Status] => [id, statusOf(shown(name))]));
  const block = view.screen && liveBlock(write, view.screen, (screen) => statusLines([...models.values()], screen));
  const line = (text: string): void => (block === undefined ? write(`${text}\n`) : block.print(text));
  return {
    showsFailures: true,
    onEvent: (event) => {
      tell(models, event, now());
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

/** Why a run in which every step has done its work fails. */
export function tooManyErrorsText({ rows, errors, maxErrors }: RunReport): string {
  const hint = maxErrors === 0 ? " Accept some with a number or a percentage, such as `--max-errors 5%`." : "";
  return `${errors} of ${counted(rows, "row")} failed, more than \`--max-errors ${maxErrors}\` allows.${hint}`;
}

/** The lines that an event is worth. */
function linesOf(event: RunEvent, models: ReadonlyMap<string, Status>, view: RunView, now: number): readonly string[] {
  if (event.kind === "failure") return failureLines(event.failure);
  if (event.kind === "left-behind") {
    return [`a run that was killed has left ${printable(event.path)} behind; \`--resume\` continues it`];
  }
  if (event.kind === "fetch") return [];
  const status = models.get(event.model);
  if (status === undefined) return [];
  switch (event.kind) {
    case "log":
      return [`[${printable(event.model)}] ${printable(event.text)}`];
    case "restart":
      return [`${status.name}: ${printable(event.reason)}; starting again …`];
    case "resume":
      return [`${status.name}: ${counted(event.rows, "row")} of an earlier run kept`];
    case "error":
      return errorLines(event, status, view.verbose);
    case "state":
      if (view.screen !== undefined || event.state === "waiting") return [];
      return [`${status.name}: ${event.state}${isUnderWay(event.state) ? " …" : ""}`];
    case "progress":
      return view.screen === undefined ? progressLines(status, now) : [];
  }
}

function failureLines({ step, message, traceback }: Failure): readonly string[] {
  return [`${printable(step)} failed: ${printable(message)}`, ...indented(traceback)];
}

/** The first datapoint of a model that fails is shown in short; all of them, and where, when asked to. */
function errorLines(
  { id, error }: Extract<RunEvent, { kind: "error" }>,
  status: Status,
  verbose: boolean,
): readonly string[] {
  if (!verbose && status.errorsShown++ > 0) return [];
  const text = `${status.name}: ${printable(id)}: ${printable(error.type)}: ${printable(error.message)}`;
  return verbose ? [text, ...indented(error.traceback)] : [`${text} (\`--verbose\` shows every datapoint that fails)`];
}

function progressLines(status: Status, now: number): readonly string[] {
  const interval = Math.min(LATER_MS, Math.max(PLAIN_MS, (now - status.since) / 6));
  if (now - status.toldAt < interval) return [];
  status.toldAt = now;
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

/** A number with its word. */
function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

// What a run shows while it runs, on standard error: live on a terminal, plain lines otherwise, events as JSON lines.
import { printable } from "../../base/did-you-mean.ts";
import type { ExecutionPlan } from "../../plan/execution-plan.ts";
import type { ModelReport, RunEvent, RunReport } from "../../run/report.ts";
import { printNote } from "../output.ts";

export interface RunView {
  readonly json: boolean;
  readonly quiet: boolean;
  /** Whether standard error is a terminal, on which a line may be written over. */
  readonly live: boolean;
}

export interface RunWatcher {
  readonly onEvent: (event: RunEvent) => void;
  readonly end: (report: RunReport) => void;
  /** Whether failures are shown as they come. */
  readonly showsFailures: boolean;
}

const CLEAR_LINE = "\r\u001b[2K";

/** Makes the watcher of one run. */
export function watchRun(plan: ExecutionPlan, { json, quiet, live }: RunView): RunWatcher {
  if (json)
    return { onEvent: printEvent, end: (report) => printEvent({ kind: "end", ...report }), showsFailures: true };
  const progress = new Map<string, string>();
  const names = new Map(plan.models.map(({ id, name }) => [id, name]));
  const line = (text: string) => printNote(`${live ? CLEAR_LINE : ""}${text}\n`);
  const status = () => {
    if (live && progress.size > 0)
      printNote(`${CLEAR_LINE}${[...progress].map(([id, text]) => `${id}: ${text}`).join("  ")}`);
  };
  return {
    showsFailures: !quiet,
    onEvent: (event) => {
      if (quiet) return;
      if (event.kind === "log") line(`[${event.model}] ${printable(event.text)}`);
      else if (event.kind === "failure") {
        const { step, message, traceback } = event.failure;
        line(`${step} failed: ${printable(message)}`);
        for (const frame of traceback?.trimEnd().split("\n") ?? []) line(`    ${printable(frame)}`);
      } else if (event.kind === "progress") {
        progress.set(event.model, `${event.rows} rows${event.errors > 0 ? `, ${event.errors} errors` : ""}`);
      } else if (event.kind === "restart") {
        line(`${printable(names.get(event.model) ?? event.model)}: ${printable(event.reason)}; starting again …`);
      } else if (event.kind === "fetch") {
        const total = event.total === undefined ? "" : ` of ${megabytes(event.total)}`;
        if (live) progress.set(event.step, `${megabytes(event.bytes)}${total}`);
        if (event.bytes === event.total) progress.delete(event.step);
      } else if (event.kind === "resume") {
        line(`${printable(names.get(event.model) ?? event.model)}: ${event.rows} rows are there already`);
      } else if (event.kind === "left-behind") {
        line(`a run that was killed has left ${printable(event.path)} behind; \`--resume\` continues it`);
      } else if (
        event.state === "fetching" ||
        event.state === "starting" ||
        event.state === "loading" ||
        event.state === "predicting"
      ) {
        line(`${printable(names.get(event.model) ?? event.model)}: ${event.state} …`);
      }
      status();
    },
    end: ({ models }) => {
      if (quiet) return;
      if (live) printNote(CLEAR_LINE);
      printNote(table(models));
    },
  };
}

function printEvent(event: unknown): void {
  printNote(`${JSON.stringify(event)}\n`);
}

/** One line a model: state, rows, errors, times, throughput. */
function table(models: readonly ModelReport[]): string {
  const head = ["model", "state", "rows", "errors", "restarts", "load", "predict", "rows/s"];
  const rows = models.map(({ name, state, rows: count, errors, restarts, loadMs, predictMs }) => [
    printable(name),
    state,
    String(count),
    String(errors),
    String(restarts),
    seconds(loadMs),
    seconds(predictMs),
    predictMs > 0 ? String(Math.round((1000 * count) / predictMs)) : "-",
  ]);
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? "").length)));
  const format = (row: readonly string[]) =>
    row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ");
  return [head, ...rows].map((row) => `${format(row).trimEnd()}\n`).join("");
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

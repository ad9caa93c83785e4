// The status of each model during a run, and its line on the terminal.

import { printable } from "../../base/quote.ts";
import { cellsOf, widthOf } from "../../render/columns.ts";
import type { ModelState, RunEvent } from "../../run/api/report.ts";
import type { Screen } from "./run-live.ts";

/** The status of one model, from its events. */
export interface Status {
  readonly name: string;
  state: ModelState;
  rows: number;
  errors: number;
  restarts: number;
  /** Rows per second, averaged over the last seconds. */
  rate: number;
  /** The duration of the last batch. */
  batchMs: number | undefined;
  /** How much of the current file has been fetched, or what the container engine has printed. */
  fetched: string;
  /** When the model started to predict. */
  since: number;
  /** When its progress was last written as a plain line. */
  reportedAt: number;
  errorsShown: number;
  /** The start of the interval over which the rate is averaged. */
  counted: { readonly at: number; readonly rows: number };
}

/** The interval over which the rate is averaged. */
const RATE_MS = 2000;

const NEVER = { at: 0, rows: 0 };

/** The status of a model that has not started. */
export function statusOf(name: string): Status {
  const zero = { rows: 0, errors: 0, restarts: 0, rate: 0, since: 0, reportedAt: 0, errorsShown: 0 };
  return { name, state: "waiting", ...zero, batchMs: undefined, fetched: "", counted: NEVER };
}

/** Updates the status of a model after an event. */
export function updateStatus(models: ReadonlyMap<string, Status>, event: RunEvent, now: number): void {
  if (event.kind === "pull") {
    for (const status of event.models.map((id) => models.get(id))) {
      if (status !== undefined) Object.assign(status, { state: "fetching", fetched: printable(event.text) });
    }
    return;
  }
  const id = "model" in event ? event.model : undefined;
  const status = event.kind === "fetch" ? ownerOf(event.step, models) : models.get(id ?? "");
  if (status === undefined) return;
  if (event.kind === "state") {
    status.state = event.state;
    if (event.state === "predicting") {
      status.since = now;
      status.reportedAt = now;
      status.counted = { at: now, rows: status.rows };
    }
  } else if (event.kind === "resume") {
    status.rows = event.rows;
    status.errors = event.errors;
  } else if (event.kind === "restart") {
    status.restarts++;
  } else if (event.kind === "send") {
    status.state = "fetching";
    status.fetched = `sending ${megabytes(event.bytes)} of ${megabytes(event.total)}`;
  } else if (event.kind === "fetch") {
    const total = event.total === undefined ? "" : ` of ${megabytes(event.total)}`;
    status.fetched = `${megabytes(event.bytes)}${total}`;
  } else if (event.kind === "progress") {
    status.rows = event.rows;
    status.errors = event.errors;
    status.batchMs = event.batchMs;
    const { at, rows } = status.counted;
    if (now > at) status.rate = (1000 * (event.rows - rows)) / (now - at);
    if (now - at > RATE_MS) status.counted = { at: now, rows: event.rows };
  }
}

/** Finds the model of a step, whose id starts with that of the model. */
function ownerOf(step: string, models: ReadonlyMap<string, Status>): Status | undefined {
  for (const [id, status] of models) if (step.startsWith(`${id}/`)) return status;
  return undefined;
}

/** The longest name, in columns. Longer names are truncated. */
const NAME_COLUMNS = 32;

const IS_OVER: ReadonlySet<ModelState> = new Set(["done", "failed", "interrupted"]);

/** One line per started model. If there is not enough space, running models come first. */
export function statusLines(models: readonly Status[], screen: Screen): readonly string[] {
  const begun = models.filter(({ state }) => state !== "waiting");
  const running = begun.filter(({ state }) => !IS_OVER.has(state));
  const room = Math.max(1, screen.rows() - 2);
  const isAll = begun.length <= room;
  const shown = isAll ? begun : [...running, ...begun.filter((status) => !running.includes(status))].slice(0, room - 1);
  const names = shown.map(({ name }) => shortened(name, NAME_COLUMNS));
  const width = Math.max(0, ...names.map(widthOf));
  const lines = shown.map((status, index) => {
    const name = names[index] ?? "";
    return `${name}${" ".repeat(width - widthOf(name))}  ${detail(status)}`;
  });
  if (!isAll) lines.push(`… and ${begun.length - shown.length} more`);
  // The last column stays empty, because some terminals start a new line after it.
  return lines.map((line) => shortened(line, Math.max(1, screen.columns() - 1)));
}

function detail(status: Status): string {
  const { state, rows, errors, restarts, rate, batchMs, fetched } = status;
  const parts: string[] = [state.padEnd("interrupted".length)];
  if (state === "fetching") parts.push(fetched);
  if (state === "predicting" || rows > 0) parts.push(`${rows} ${rows === 1 ? "row" : "rows"}`);
  if (state === "predicting" && batchMs !== undefined) {
    parts.push(`${rate < 10 ? rate.toFixed(1) : Math.round(rate)} rows/s`, `${duration(batchMs)} per batch`);
  }
  if (errors > 0) parts.push(`${errors} ${errors === 1 ? "error" : "errors"}`);
  if (restarts > 0) parts.push(`${restarts} ${restarts === 1 ? "restart" : "restarts"}`);
  return parts.join("  ").trimEnd();
}

/** Truncates a text to some columns, with an ellipsis. */
export function shortened(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let short = "";
  let left = columns - 1;
  for (const cell of cellsOf(text)) {
    if (cell.width > left) break;
    short += cell.text;
    left -= cell.width;
  }
  return `${short}…`;
}

function duration(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}

/** An amount of bytes for people. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

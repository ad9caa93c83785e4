// The table at the end of a run.
import { printable } from "../../base/quote.ts";
import { escapeCommands } from "../../base/runner-commands.ts";
import { widthOf } from "../../render/columns.ts";
import type { ModelReport } from "../../run/api/report.ts";
import { shortened } from "./run-status.ts";

/** The narrowest column of names, on a narrow terminal. */
const LEAST_NAME = 8;

/** One line per model: state, rows, errors, restarts, times and throughput. Kept rows are shown if there are any. */
export function reportTable(models: readonly ModelReport[], columns = Number.POSITIVE_INFINITY): string {
  const hasKept = models.some(({ kept }) => kept > 0);
  const head = [
    "model",
    "state",
    "rows",
    ...(hasKept ? ["kept"] : []),
    "errors",
    "restarts",
    "load",
    "predict",
    "rows/s",
  ];
  const body = models.map((model) => [
    escapeCommands(printable(model.name)),
    model.state,
    String(model.rows),
    ...(hasKept ? [String(model.kept)] : []),
    String(model.errors),
    String(model.restarts),
    seconds(model.loadMs),
    seconds(model.predictMs),
    throughput(model),
  ]);
  const widths = head.map((_, index) => Math.max(...[head, ...body].map((row) => widthOf(row[index] ?? ""))));
  const [name = 0, ...rest] = widths;
  const others = rest.reduce((sum, width) => sum + width + 2, 0);
  widths[0] = Math.min(name, Math.max(LEAST_NAME, columns - others));
  const format = (row: readonly string[]): string =>
    row.map((cell, index) => padded(shortened(cell, widths[index] ?? 0), widths[index] ?? 0, index < 2)).join("  ");
  return [head, ...body].map((row) => `${format(row).trimEnd()}\n`).join("");
}

function padded(text: string, width: number, isLeft: boolean): string {
  const blanks = " ".repeat(Math.max(0, width - widthOf(text)));
  return isLeft ? text + blanks : blanks + text;
}

/** The throughput of this run, without kept rows. */
function throughput({ rows, kept, predictMs }: ModelReport): string {
  if (predictMs <= 0 || rows === kept) return "-";
  const rate = (1000 * (rows - kept)) / predictMs;
  return rate < 10 ? rate.toFixed(1) : String(Math.round(rate));
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

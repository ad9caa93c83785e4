// The tables of benchmarks: each row is printed, and kept for the file of all figures when `npm run bench` asks for it.
import { appendFileSync } from "node:fs";

/**
 * A function that prints a row of a table; the first one names the columns. `widths` are those of the first column and of
 * all others.
 */
export function table(first, other) {
  let columns;
  return ([name, ...cells]) => {
    console.log(name.padEnd(first) + cells.map((cell) => cell.padStart(other)).join(""));
    if (columns === undefined) columns = cells;
    else keep({ what: name, ...Object.fromEntries(cells.map((cell, at) => [columns[at] ?? `column ${at}`, cell])) });
  };
}

/** Keeps one row of figures. */
export function keep(row) {
  const file = process.env.MODELWRIGHT_BENCH_ROWS;
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(row)}\n`);
}

// The tables of benchmarks. Each row is printed, and also written to the file of all figures if `npm run bench` asks for
// it.
import { appendFileSync } from "node:fs";

/**
 * Returns a function that prints a row of a table, starting with the names of the columns. `widths` are the width of
 * the first column and the width of all others.
 */
export function table(first, other) {
  let columns;
  return ([name, ...cells]) => {
    console.log(name.padEnd(first) + cells.map((cell) => cell.padStart(other)).join(""));
    if (columns === undefined) columns = cells;
    else keep({ what: name, ...Object.fromEntries(cells.map((cell, at) => [columns[at] ?? `column ${at}`, cell])) });
  };
}

/** Keeps one row for the file of all figures. */
export function keep(row) {
  const file = process.env.MODELWRIGHT_BENCH_ROWS;
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(row)}\n`);
}

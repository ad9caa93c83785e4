import { printable } from "../../base/quote.ts";
import { positionAt } from "../../base/source.ts";
import { explain } from "../../explain/explain.ts";
import { checkFiles } from "../compile-files.ts";
import { CommandError, EXIT } from "../exit.ts";
import type { SharedOptions } from "../options.ts";
import { printResult } from "../output.ts";
import { choose } from "../render/choose.ts";
import { EXPLANATION_FORMATS } from "../render/explain.ts";

/** A place on the command line: a file, a line and an optional column. */
export interface GivenPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number | undefined;
}

/** Parses `FILE:LINE:COLUMN`, as compilers print it. A drive such as `C:\` belongs to the file. */
export function parsePlace(text: string): GivenPlace | undefined {
  const [, file, line, column] = /^(.+?):(\d{1,9}):(\d{1,9}):?$/s.exec(text) ?? /^(.+?):(\d{1,9}):?$/s.exec(text) ?? [];
  if (file === undefined || line === undefined) return undefined;
  return { file, line: Number(line), column: column === undefined ? undefined : Number(column) };
}

/** `modelwright explain FILE:LINE:COLUMN`: shows where the value at a place comes from. */
export function explainPlace(place: GivenPlace, options: SharedOptions, format: string): number {
  const render = EXPLANATION_FORMATS[choose(EXPLANATION_FORMATS, format, " for places")];
  const checked = checkFiles(options, [place.file]);
  const { file, line, column } = place;
  // The only requested file. Its path may be spelled differently than on the command line.
  const path = checked.graph.bound.requested[0]?.source.path ?? file;
  const explained = explain(checked.graph, checked.diagnostics, path, { line, column });
  if (explained.kind === "explanation") {
    printResult(render(explained.explanation));
    return EXIT.clean;
  }
  const shown = printable(file);
  const where = `${shown}:${line}${column === undefined ? "" : `:${column}`}`;
  const nearest = explained.kind === "nothing" ? explained.nearest : undefined;
  const { line: atLine, column: atColumn } = nearest === undefined ? place : positionAt(nearest.source, nearest.start);
  const hint = nearest === undefined ? "" : ` The nearest value is at ${shown}:${atLine}:${atColumn}.`;
  throw new CommandError(EXIT.nothing, `There is no value at ${where}.${hint}`);
}

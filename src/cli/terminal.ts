import { showsHyperlinks } from "./hyperlinks.ts";
import { ruleUrl } from "./rule-url.ts";
import { type Descriptor, terminalOf } from "./streams.ts";

/** Whether a stream is a terminal with colors. A terminal with `TERM=dumb` has none. */
export function showsColor(descriptor: Descriptor): boolean {
  return process.env["TERM"] !== "dumb" && (terminalOf(descriptor)?.getColorDepth() ?? 1) > 1;
}

/** A function that returns the link of a code, if a stream supports hyperlinks. `color` is the `--color` option. */
export function codeLinks(descriptor: Descriptor, color: boolean | undefined): ((code: string) => string) | undefined {
  const isTerminal = terminalOf(descriptor) !== undefined;
  return showsHyperlinks(process.env, isTerminal, color) ? ruleUrl : undefined;
}

/** The number of columns: `COLUMNS`, or the width of the terminal. A pipe or a file has no width. */
export function columnsOf(descriptor: Descriptor): number | undefined {
  const wanted = Number(process.env["COLUMNS"]);
  if (Number.isInteger(wanted) && wanted > 0) return wanted;
  const columns = terminalOf(descriptor)?.columns ?? 0;
  return columns > 0 ? columns : undefined;
}

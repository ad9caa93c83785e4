import { showsHyperlinks } from "./hyperlinks.ts";
import { ruleUrl } from "./rule-url.ts";
import { type Descriptor, terminalOf } from "./streams.ts";

/** Whether a stream is a terminal that knows colours; `TERM=dumb` is one that does not. */
export function showsColor(descriptor: Descriptor): boolean {
  return process.env["TERM"] !== "dumb" && (terminalOf(descriptor)?.getColorDepth() ?? 1) > 1;
}

/** What codes link to, if a stream shows hyperlinks; `color` is what the command line says about colors. */
export function codeLinks(descriptor: Descriptor, color: boolean | undefined): ((code: string) => string) | undefined {
  const isTerminal = terminalOf(descriptor) !== undefined;
  return showsHyperlinks(process.env, isTerminal, color) ? ruleUrl : undefined;
}

/** How many columns there are: what `COLUMNS` says, else the terminal. A pipe or a file has no width. */
export function columnsOf(descriptor: Descriptor): number | undefined {
  const wanted = Number(process.env["COLUMNS"]);
  if (Number.isInteger(wanted) && wanted > 0) return wanted;
  const columns = terminalOf(descriptor)?.columns ?? 0;
  return columns > 0 ? columns : undefined;
}

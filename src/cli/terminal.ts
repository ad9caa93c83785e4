import { type Descriptor, terminalOf } from "./streams.ts";

/** Whether a stream is a terminal that knows colours; `TERM=dumb` is one that does not. */
export function showsColor(descriptor: Descriptor): boolean {
  return process.env["TERM"] !== "dumb" && (terminalOf(descriptor)?.getColorDepth() ?? 1) > 1;
}

/** How many columns there are: what `COLUMNS` says, else the terminal. A pipe or a file has no width. */
export function columnsOf(descriptor: Descriptor): number | undefined {
  const wanted = Number(process.env["COLUMNS"]);
  if (Number.isInteger(wanted) && wanted > 0) return wanted;
  const columns = terminalOf(descriptor)?.columns ?? 0;
  return columns > 0 ? columns : undefined;
}

import type { WriteStream } from "node:tty";

/** Whether a stream is a terminal that knows colours; `TERM=dumb` is one that does not. */
export function showsColor(stream: WriteStream): boolean {
  return stream.isTTY === true && process.env["TERM"] !== "dumb" && stream.getColorDepth() > 1;
}

/** How many columns there are: what `COLUMNS` says, else the terminal. A pipe or a file has no width. */
export function columnsOf(stream: WriteStream): number | undefined {
  const wanted = Number(process.env["COLUMNS"]);
  if (Number.isInteger(wanted) && wanted > 0) return wanted;
  return stream.isTTY === true && stream.columns > 0 ? stream.columns : undefined;
}

// The log of `serve`: a line for each answered request.
import { plainJson } from "../../base/json-text.ts";
import { printable, printableLines } from "../../base/quote.ts";
import type { LogEntry } from "../../serve/server.ts";

/** The maximum length of a path in the log. */
const MAX_PATH = 200;

/** The line of a request, with its newline. */
export function requestLine(entry: LogEntry, isJson: boolean, time = new Date()): string {
  const path = entry.path.slice(0, MAX_PATH);
  if (isJson) {
    const { seconds, ...others } = entry;
    return `${plainJson(JSON.stringify({ kind: "request", time: time.toISOString(), ...others, path, seconds }))}\n`;
  }
  const { requestId, method, status = "client gone", seconds, datapoints, problem, details } = entry;
  const duration = `${(seconds * 1000).toFixed(1)} ms`;
  const count = datapoints === 0 ? "" : `, ${datapoints === 1 ? "1 datapoint" : `${datapoints} datapoints`}`;
  const why = problem === undefined ? "" : `: ${printable(problem)}`;
  const more = details === undefined ? "" : `${printableLines(details.trimEnd())}\n`;
  const line = `${time.toISOString()} ${printable(method)} ${printable(path)} ${status}, ${duration}${count} [${requestId}]${why}`;
  return `${line}\n${more}`;
}

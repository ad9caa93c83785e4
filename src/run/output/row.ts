import { setImmediate as turn } from "node:timers/promises";
import { type EntryOutcome, isLarge, predictionJson, predictionJsonPieces } from "../worker/prediction.ts";

/** How long a large prediction may block the event loop before other work, such as a signal, is handled. */
const YIELD_MS = 50;

/** The output of one outcome: a line with its newline. `outcome` is an error if the prediction was too large. */
export interface OutputRow {
  readonly line: string;
  readonly outcome: EntryOutcome;
}

/** The row of an outcome. A large prediction returns a promise, which rejects only with the reason of the signal. */
export function outputRow(model: string, outcome: EntryOutcome, signal: AbortSignal): OutputRow | Promise<OutputRow> {
  const { index, id } = outcome;
  const start = `{"index":${index},"id":${JSON.stringify(id)},"model":${JSON.stringify(model)},`;
  if (outcome.kind === "error") return { line: `${start}"error":${JSON.stringify(outcome.error)}}\n`, outcome };
  if (isLarge(outcome.value)) return largeRow(start, outcome, outcome.value, signal);
  try {
    return { line: `${start}"predictions":${predictionJson(outcome.value)}}\n`, outcome };
  } catch {
    return tooLarge(start, outcome);
  }
}

/** The error row for a prediction that exceeds the maximum length of a string. */
function tooLarge(start: string, { index, id }: EntryOutcome): OutputRow {
  const error = { type: "TooLarge", message: "the prediction is too large for one line of JSON" };
  return { line: `${start}"error":${JSON.stringify(error)}}\n`, outcome: { kind: "error", error, index, id } };
}

async function largeRow(start: string, outcome: EntryOutcome, value: unknown, signal: AbortSignal): Promise<OutputRow> {
  const pieces = [`${start}"predictions":`];
  let since = performance.now();
  try {
    for (const piece of predictionJsonPieces(value)) {
      pieces.push(piece);
      if (performance.now() - since < YIELD_MS) continue;
      await turn();
      signal.throwIfAborted();
      since = performance.now();
    }
    pieces.push("}\n");
    return { line: pieces.join(""), outcome };
  } catch {
    signal.throwIfAborted();
    return tooLarge(start, outcome);
  }
}

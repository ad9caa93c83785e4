import { setImmediate as turn } from "node:timers/promises";
import { type EntryOutcome, isLarge, predictionJson, predictionJsonPieces } from "../worker/prediction.ts";

/** How long a large prediction is written until other work has its turn: a signal, the output of other models. */
const YIELD_MS = 50;

/** What is written of one outcome: a line with its newline, which may tell of an error instead. */
export interface OutputRow {
  readonly line: string;
  readonly outcome: EntryOutcome;
}

/** The row of an outcome; a promise for a large prediction, which rejects with the reason of the signal alone. */
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

/** What there is instead of a line that no string can hold. */
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

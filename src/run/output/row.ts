import type { Outcome } from "../predict.ts";
import { predictionJson } from "../prediction.ts";

/** One line of the output, with its newline. */
export function outputLine(model: string, outcome: Outcome): string {
  const start = `{"index":${outcome.index},"id":${JSON.stringify(outcome.id)},"model":${JSON.stringify(model)},`;
  if (outcome.kind === "error") return `${start}"error":${JSON.stringify(outcome.error)}}\n`;
  try {
    return `${start}"predictions":${predictionJson(outcome.value)}}\n`;
  } catch {
    const error = { type: "TooLarge", message: "the prediction is too large for one line of JSON" };
    return outputLine(model, { ...outcome, kind: "error", error });
  }
}

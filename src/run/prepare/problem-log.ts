import type { Result } from "../../base/result.ts";
import type { Failure } from "../api/report.ts";

/** Reports problems without stopping, so that all of them are found at once. */
export interface ProblemLog {
  readonly fail: (step: string, message: string) => undefined;
  readonly unwrap: <Value>(step: string, evaluated: Result<Value>) => Value | undefined;
  readonly count: () => number;
}

/** Creates a log that passes each problem to `report`. */
export function problemLog(report: (failure: Failure) => void): ProblemLog {
  let count = 0;
  const fail: ProblemLog["fail"] = (step, message) => {
    count++;
    report({ step, message });
  };
  return {
    fail,
    unwrap: (step, evaluated) => (evaluated.kind === "value" ? evaluated.value : fail(step, evaluated.message)),
    count: () => count,
  };
}

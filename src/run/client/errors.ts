import type { Failure, RowError } from "../api/report.ts";
import type { Redact } from "../secrets/redactor.ts";

/** A model cannot be started, or its worker has ended. */
export class ModelError extends Error {
  override readonly name = "ModelError";
  /** All problems that were found. */
  readonly failures: readonly Failure[];

  constructor(model: string, failures: readonly Failure[], redact: Redact) {
    const shown = failures.map(({ step, message, traceback }): Failure => {
      return { step, message: redact(message), ...(traceback !== undefined && { traceback: redact(traceback) }) };
    });
    const lines = shown.map(({ step, message, traceback }) => {
      return `${step}: ${message}${traceback === undefined ? "" : `\n${traceback}`}`;
    });
    super(lines.length === 1 ? `${lines[0]}` : `${model} cannot be started:\n${lines.join("\n")}`);
    this.failures = shown;
  }
}

/** A datapoint that could not be predicted. */
export class PredictionError extends Error {
  override readonly name = "PredictionError";
  /** The position of the datapoint, from 0. */
  readonly index: number;
  /** The id of the datapoint. */
  readonly id: string;
  /** The type of the Python exception, or of the error that Modelwright found. */
  readonly type: string;
  /** The traceback if the model's code raised an exception. It contains only frames of that code. */
  readonly traceback: string | undefined;

  constructor(index: number, id: string, error: RowError) {
    super(`${id}: ${error.type}: ${error.message}`);
    this.index = index;
    this.id = id;
    this.type = error.type;
    this.traceback = error.traceback;
  }
}

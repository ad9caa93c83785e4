// The models of a server. They are known before they are loaded.
import { suggest } from "../base/nearest.ts";
import { quote } from "../base/quote.ts";
import type { PlanModel } from "../plan/execution-plan.ts";
import { spelledName } from "../plan/spelling.ts";
import type { Datapoint } from "../run/api/datapoint.ts";
import { ModelError, type PredictionError } from "../run/client/errors.ts";
import { Gate } from "./gate.ts";
import { type ModelMetadata, metadataOf, outputTypesOf } from "./metadata.ts";
import type { OutputTypes } from "./output-tensors.ts";
import type { Predictor, Settled, Work } from "./predictor.ts";
import { RequestProblem } from "./problem.ts";

/** How many requests of one model may be predicted and may wait. */
export interface QueueOptions {
  readonly maxActive: number;
  readonly maxWaiting: number;
}

/** A model of a server. */
export class ServedModel {
  readonly id: string;
  readonly name: string;
  readonly gate: Gate;
  readonly metadata: ModelMetadata;
  readonly outputTypes: OutputTypes;
  #predictor: Predictor | undefined;

  constructor(model: PlanModel, { maxActive, maxWaiting }: QueueOptions) {
    this.id = model.id;
    this.name = spelledName(model.name);
    this.gate = new Gate(maxActive, maxWaiting);
    this.metadata = metadataOf(model);
    this.outputTypes = outputTypesOf(model);
  }

  /** Called when the model was loaded. */
  loaded(predictor: Predictor): void {
    this.#predictor = predictor;
  }

  get isReady(): boolean {
    return this.#predictor?.isReady() === true;
  }

  /** What the workers have done; nothing before the model is loaded. */
  get work(): Work {
    return this.#predictor?.work() ?? { batches: 0, restarts: 0 };
  }

  /** Whether the model has ended and will not be restarted. */
  get hasFailed(): boolean {
    return this.#predictor?.hasEnded() === true;
  }

  /** Predicts datapoints at the same time, in the order in which they are given. Throws a `RequestProblem`. */
  async predict(datapoints: readonly Datapoint[], signal: AbortSignal): Promise<readonly Settled[]> {
    const predictor = this.#predictor;
    if (predictor === undefined) throw unavailable("the model is being loaded");
    const leave = await this.gate.enter(signal);
    try {
      if (predictor.hasEnded()) throw unavailable(HAS_ENDED);
      return await Promise.all(datapoints.map((datapoint) => predictor.predictSettledOne(datapoint, signal)));
    } catch (error) {
      // What happened to the model is in the log; the client cannot do anything about it.
      throw error instanceof ModelError ? unavailable(HAS_ENDED, error.message) : error;
    } finally {
      leave();
    }
  }

  stop(): Promise<void> {
    return this.#predictor?.stop() ?? Promise.resolve();
  }
}

const HAS_ENDED = "the model has ended";

function unavailable(message: string, log?: string): RequestProblem {
  return new RequestProblem(503, message, { headers: { "Retry-After": "1" }, log });
}

/** Finds a model by its id or its name. Throws a `RequestProblem`. */
export function modelNamed(models: readonly ServedModel[], wanted: string): ServedModel {
  const found = models.find(({ id }) => id === wanted) ?? models.find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  const names = models.map(({ id }) => id);
  throw new RequestProblem(404, `unknown model ${quote(wanted)}. ${suggest(wanted, names, "model")}`);
}

/** The error of a datapoint, as clients see it. They do not get tracebacks. */
export interface ShownError {
  readonly type: string;
  readonly message: string;
}

/** The error of a datapoint without its id, which starts the message of the exception. */
export function shownError({ id, type, message }: PredictionError): ShownError {
  const start = `${id}: ${type}: `;
  return { type, message: message.startsWith(start) ? message.slice(start.length) : message };
}

/** The problem of a request whose datapoint failed. */
export function failedDatapoint(reason: PredictionError, which: string): RequestProblem {
  const error = shownError(reason);
  const status = error.type === "TimeLimit" ? 504 : error.type === "WorkerEnded" ? 500 : 422;
  const log = reason.traceback;
  return new RequestProblem(status, `${which}${error.type}: ${error.message}`, { members: { error }, log });
}

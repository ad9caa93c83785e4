// `modelwright/run` in a browser. It exports the same values as `index.ts`, which has the types of both. A page may import
// generated bindings for the names and types of models, and connect to a server. It cannot start a model, because a browser has no processes.
import { ModelError } from "./client/errors.ts";
import type { AnyValues, Model, UniversalModel } from "./client/model.ts";
import { connectModel } from "./client/remote.ts";

export { ModelError, PredictionError } from "./client/errors.ts";

const ONLY_NODE =
  "models cannot be started in a browser, only in Node; start the model with `modelwright serve` and use `connect`";

/** Defines a model that can be connected to but not started. */
export function defineModel<Datapoint, Prediction, Variables, RawPrediction = AnyValues<Prediction>>(
  id: string,
): Model<Datapoint, Prediction, Variables, RawPrediction> {
  return modelNamed(id, id);
}

function modelNamed<Datapoint, Prediction, Variables, RawPrediction>(
  id: string,
  name: string,
): Model<Datapoint, Prediction, Variables, RawPrediction> {
  return {
    id,
    start: () => Promise.reject(new ModelError(id, [{ step: id, message: ONLY_NODE }], (text) => text)),
    connect: (url, options) => connectModel(name, url, options),
  };
}

/** Defines the universal model in the same way. */
export function defineUniversalModel<Datapoint, Prediction, Variables, Files, RawPrediction = AnyValues<Prediction>>(
  id: string,
): UniversalModel<Datapoint, Prediction, Variables, Files, RawPrediction> {
  return (name) => modelNamed(id, name);
}

/** Always rejects: only Node can execute a plan. */
export function run(): Promise<never> {
  return Promise.reject(new ModelError("run", [{ step: "run", message: ONLY_NODE }], (text) => text));
}

/** Does nothing, because a page has no sessions of its own. */
export function endSessions(): void {}

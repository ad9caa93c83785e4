// `modelwright/run` in a browser: the same values as in `index.ts`, which has the types of both. A page may import generated
// bindings, for the names of the models and their types; a model itself is a process, and a browser has none.
import { ModelError } from "./client/errors.ts";
import type { AnyValues, Model, UniversalModel } from "./client/model.ts";

export { ModelError, PredictionError } from "./client/errors.ts";

const ONLY_NODE =
  "models are started by Node, and this is a browser; start the model on a server, and send the page what it predicts";

/** Defines a model that has an id, and cannot be started. */
export function defineModel<Datapoint, Prediction, Variables, RawPrediction = AnyValues<Prediction>>(
  id: string,
): Model<Datapoint, Prediction, Variables, RawPrediction> {
  return { id, start: () => Promise.reject(new ModelError(id, [{ step: id, message: ONLY_NODE }], (text) => text)) };
}

/** Defines the universal model in the same way. */
export function defineUniversalModel<Datapoint, Prediction, Variables, Files, RawPrediction = AnyValues<Prediction>>(
  id: string,
): UniversalModel<Datapoint, Prediction, Variables, Files, RawPrediction> {
  return () => defineModel(id);
}

/** Plans are executed by Node alone. */
export function run(): Promise<never> {
  return Promise.reject(new ModelError("run", [{ step: "run", message: ONLY_NODE }], (text) => text));
}

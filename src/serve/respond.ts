// Answers the requests of all routes, without HTTP.
import { VERSION as SOFTWARE } from "../base/version.ts";
import { type Answer, jsonAnswer } from "./answer.ts";
import { infer } from "./infer.ts";
import { VERSION } from "./metadata.ts";
import type { Metrics } from "./metrics.ts";
import { modelNamed, type ServedModel } from "./models.ts";
import { PAGE, PAGE_HEADERS } from "./page.ts";
import { predict } from "./predict.ts";
import { RequestProblem } from "./problem.ts";
import type { Route } from "./routes.ts";

/** What the answers depend on. */
export interface Served {
  readonly models: readonly ServedModel[];
  readonly metrics: Metrics;
  /** The text of the OpenAPI document. */
  readonly openApi: string;
  readonly allowPaths: boolean;
  /** Whether the server has begun to stop. */
  readonly isStopping: boolean;
}

/** The parts of a request that its answer depends on. */
export interface Asked {
  readonly query: URLSearchParams;
  /** The value of `Inference-Header-Content-Length`. */
  readonly headerLength: string | undefined;
  readonly body: () => Promise<Buffer>;
  readonly signal: AbortSignal;
}

/** Whether the server can predict with all of its models. */
export function isReady({ models, isStopping }: Pick<Served, "models" | "isStopping">): boolean {
  return !isStopping && models.every((model) => model.isReady);
}

/** The model that a route names. Throws a `RequestProblem`. */
export function modelOf(route: Route, models: readonly ServedModel[]): ServedModel | undefined {
  if (!("model" in route)) return undefined;
  const model = modelNamed(models, route.model);
  if (route.version === undefined || route.version === VERSION) return model;
  throw new RequestProblem(404, `the model \`${model.id}\` has only the version ${VERSION}`);
}

/** Answers a request. Throws a `RequestProblem`. */
export async function respond(
  route: Route,
  model: ServedModel | undefined,
  served: Served,
  asked: Asked,
): Promise<Answer> {
  switch (route.kind) {
    case "page":
      return { type: "text/html; charset=utf-8", body: PAGE, headers: PAGE_HEADERS };
    case "server":
      return jsonAnswer({ name: "modelwright", version: SOFTWARE, extensions: ["binary_tensor_data"] });
    case "live": {
      // A model that was given up needs a new process, so the supervisor of this one should restart it.
      const live = served.models.every(({ hasFailed }) => !hasFailed);
      return jsonAnswer({ live }, live ? 200 : 503);
    }
    case "ready": {
      const ready = isReady(served);
      return jsonAnswer({ ready }, ready ? 200 : 503);
    }
    case "metrics":
      return {
        type: "text/plain; version=0.0.4; charset=utf-8",
        body: served.metrics.text(served.models.map(gaugeOf)),
      };
    case "openapi":
      return { type: "application/json", body: served.openApi };
    case "model":
      return jsonAnswer(describe(required(model)));
    case "model-ready": {
      const ready = required(model).isReady && !served.isStopping;
      return jsonAnswer({ name: required(model).id, ready }, ready ? 200 : 503);
    }
    case "infer":
      return infer(required(model), route.model, await asked.body(), asked.headerLength, asked.signal);
    case "predict": {
      const form = asked.query.get("arrays") ?? "lists";
      if (form !== "lists" && form !== "raw") throw new RequestProblem(400, "`arrays` must be `lists` or `raw`");
      const options = { allowPaths: served.allowPaths, isRaw: form === "raw" };
      return predict(required(model), await asked.body(), options, asked.signal);
    }
  }
}

function required(model: ServedModel | undefined): ServedModel {
  if (model === undefined) throw new RequestProblem(404, "the request names no model");
  return model;
}

function describe({ id, metadata }: ServedModel): object {
  return { name: id, versions: [VERSION], platform: "modelwright", ...metadata };
}

function gaugeOf({ id, isReady, gate, work: { batches, restarts } }: ServedModel) {
  return { model: id, isReady, active: gate.active, waiting: gate.waiting, batches, restarts };
}

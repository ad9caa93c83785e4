// The inference of the Open Inference Protocol.
import type { Answer } from "./answer.ts";
import { datapointsOf } from "./datapoints.ts";
import { readInferRequest } from "./infer-request.ts";
import { inferResponse } from "./infer-response.ts";
import { VERSION } from "./metadata.ts";
import { failedDatapoint, type ServedModel } from "./models.ts";
import { outputTensors } from "./output-tensors.ts";
import type { Settled } from "./predictor.ts";

/** Answers an inference request. If a datapoint fails, the request fails. Throws a `RequestProblem`. */
export async function infer(
  model: ServedModel,
  name: string,
  body: Buffer,
  headerLength: string | undefined,
  signal: AbortSignal,
): Promise<Answer> {
  const request = readInferRequest(body, headerLength);
  const datapoints = datapointsOf(request.inputs);
  const settled = await model.predict(datapoints, signal);
  const tensors = outputTensors(settled.map(predictionIn), model.outputTypes);
  const response = inferResponse(request, name, VERSION, tensors);
  const { headerLength: length } = response;
  const headers = length === undefined ? undefined : { "Inference-Header-Content-Length": String(length) };
  const type = length === undefined ? "application/json" : "application/octet-stream";
  return { type, body: response.body, headers, predicted: datapoints.length, failed: 0 };
}

function predictionIn(settled: Settled, index: number, all: readonly unknown[]): unknown {
  if (settled.status === "fulfilled") return settled.value;
  throw failedDatapoint(settled.reason, all.length === 1 ? "" : `datapoint ${index}: `);
}

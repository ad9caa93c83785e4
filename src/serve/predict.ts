// The plain JSON endpoint of a model. It takes datapoints as bindings do, and answers with predictions or with rows as `run` writes.
import { exactJson } from "../base/exact-json.ts";
import type { Datapoint } from "../run/api/datapoint.ts";
import { decodeArrays, encodeArrays } from "../run/client/json-arrays.ts";
import type { Answer } from "./answer.ts";
import { requireFewDatapoints } from "./datapoints.ts";
import { jsonOf } from "./infer-request.ts";
import { failedDatapoint, type ServedModel, shownError } from "./models.ts";
import { withLists } from "./output-tensors.ts";
import type { Settled } from "./predictor.ts";
import { RequestProblem } from "./problem.ts";

/** What a request may contain. */
export interface PredictOptions {
  /** Whether datapoints may name files of this machine. */
  readonly allowPaths: boolean;
  /** Whether arrays are returned with their type and their bytes, not as lists. */
  readonly isRaw: boolean;
}

/** Answers a request with one datapoint or a list of datapoints. Throws a `RequestProblem`. */
export async function predict(
  model: ServedModel,
  body: Buffer,
  options: PredictOptions,
  signal: AbortSignal,
): Promise<Answer> {
  const given = jsonOf(body);
  const write = (value: unknown): string => exactJson(options.isRaw ? encodeArrays(value) : withLists(value));
  if (!Array.isArray(given)) {
    const [settled] = await model.predict([readDatapoint(given, "the datapoint", options)], signal);
    if (settled?.status === "rejected") throw failedDatapoint(settled.reason, "");
    return { type: "application/json", body: write(settled?.value), predicted: 1, failed: 0 };
  }
  requireFewDatapoints(given.length);
  const datapoints = given.map((each, index) => {
    const datapoint = readDatapoint(each, `datapoint ${index}`, options);
    return { ...datapoint, id: datapoint.id ?? String(index) };
  });
  const rows = await model.predict(datapoints, signal);
  const failed = rows.filter(({ status }) => status === "rejected").length;
  const written = rows.map((row, index) => writeRow(row, index, datapoints[index]?.id ?? String(index), write));
  return { type: "application/json", body: `[${written.join(",")}]`, predicted: rows.length - failed, failed };
}

/** Reads a datapoint. A path in a request could name any file of this machine, so it has to be allowed. */
function readDatapoint(given: unknown, name: string, { allowPaths }: PredictOptions): Datapoint {
  const refuse = (message: string): RequestProblem => new RequestProblem(400, `${name} ${message}`);
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw refuse('must be a JSON object such as {"inputs": {"text": "…"}}');
  }
  const { id, inputs, path, ...others } = given as Readonly<Record<string, unknown>>;
  const [other] = Object.keys(others);
  if (other !== undefined)
    throw refuse(`has the unknown key \`${other.slice(0, 60)}\`; put the inputs into \`inputs\``);
  if (id !== undefined && typeof id !== "string") throw refuse("must have text as its `id`");
  const named = id === undefined ? {} : { id };
  if (typeof path === "string" && inputs === undefined) {
    if (allowPaths) return { ...named, path };
    throw refuse("has a `path`; start the server with `--allow-paths` to let clients name files of the server");
  }
  if (typeof inputs !== "object" || inputs === null || Array.isArray(inputs)) {
    throw refuse("must have a JSON object `inputs`");
  }
  const decoded = decodeArrays(inputs, "raw");
  if (decoded.kind === "problem") throw refuse(`has ${decoded.message}`);
  return { ...named, inputs: decoded.value as Readonly<Record<string, unknown>> };
}

/** A row as `run` writes it, without the model. */
function writeRow(row: Settled, index: number, id: string, write: (value: unknown) => string): string {
  const start = `{"index":${index},"id":${JSON.stringify(id)},`;
  if (row.status === "rejected") return `${start}"error":${JSON.stringify(shownError(row.reason))}}`;
  return `${start}"predictions":${write(row.value)}}`;
}

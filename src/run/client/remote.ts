// A session of a model on a server that `modelwright serve` started. It has the type of a local session, and needs only `fetch`, so it
// also works in a browser.
import { ExactNumber, exactJson, parseExactJson } from "../../base/exact-json.ts";
import { messageOf } from "../../base/result.ts";
import { extractArrays } from "../worker/extract-arrays.ts";
import type { EntryOutcome } from "../worker/prediction.ts";
import type { ArrayForm } from "../worker/raw-array.ts";
import { ModelError } from "./errors.ts";
import { decodeArrays, encodeArrays, jsonArray } from "./json-arrays.ts";
import type { ConnectOptions, PredictOptions, RemoteSession } from "./model.ts";
import { settledOf, valueIn } from "./outcomes.ts";

/** The number of datapoints in one request, if they are all known. */
const BATCH = 64;

/** The number of requests that are sent before the first one is answered. Datapoints of a stream have requests of their own. */
const AHEAD = { list: 2, stream: 8 } as const;

/** How often a request is repeated that the server refused because too many others wait. */
const ATTEMPTS = 5;

/** Opens a session of the model with this id or name. Nothing is sent before the first datapoint. */
export function connectModel<Datapoint, Prediction, RawPrediction>(
  model: string,
  url: string,
  options: ConnectOptions = {},
): RemoteSession<Datapoint, Prediction, RawPrediction> {
  const fail = (message: string): ModelError => new ModelError(model, [{ step: model, message }], (text) => text);
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw fail("the URL of a server starts with `http://` or `https://`");
  }
  const base = url.endsWith("/") ? url : `${url}/`;
  const remote: Remote = {
    url: new URL(`models/${encodeURIComponent(model)}/predict?arrays=raw`, base).href,
    options,
    running: new Set(),
    fail,
  };
  const stop = async (): Promise<void> => {
    remote.isStopped = true;
    for (const abort of remote.running) abort();
  };
  return {
    // The options decide whether it is a `Prediction` or a `RawPrediction`, as the type of `predict` declares.
    predict: (datapoints, given) => predictAll(remote, valueIn<Prediction & RawPrediction>, datapoints, given),
    predictSettled: (datapoints, given) => predictAll(remote, settledOf<Prediction & RawPrediction>, datapoints, given),
    predictOne: async (datapoint, given) => {
      const predicted = predictAll(remote, valueIn<Prediction & RawPrediction>, [datapoint], given);
      for await (const prediction of predicted) return prediction;
      throw fail("the server returned no prediction");
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

interface Remote {
  readonly url: string;
  readonly options: ConnectOptions;
  isStopped?: boolean;
  /** The functions that abort the present calls. */
  readonly running: Set<() => void>;
  readonly fail: (message: string) => ModelError;
}

/** Sends datapoints ahead, and yields their results in order. */
async function* predictAll<Shown>(
  remote: Remote,
  show: (outcome: EntryOutcome) => Shown,
  datapoints: Iterable<unknown> | AsyncIterable<unknown>,
  { arrays = "lists", signal }: PredictOptions = {},
): AsyncGenerator<Shown, undefined> {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort(signal?.aborted === true ? signal.reason : remote.fail("the session was stopped"));
  };
  remote.running.add(abort);
  signal?.addEventListener("abort", abort);
  if (signal?.aborted === true || remote.isStopped === true) abort();
  const isStream = Symbol.asyncIterator in Object(datapoints);
  const sent: Promise<readonly EntryOutcome[]>[] = [];
  try {
    controller.signal.throwIfAborted();
    for await (const batch of batchesOf(datapoints, isStream ? 1 : BATCH)) {
      const request = send(remote, batch, arrays, controller.signal);
      request.catch(() => {}); // it is awaited later
      sent.push(request);
      if (sent.length < (isStream ? AHEAD.stream : AHEAD.list)) continue;
      for (const outcome of (await sent.shift()) ?? []) yield show(outcome);
      controller.signal.throwIfAborted();
    }
    for (const request of sent) for (const outcome of await request) yield show(outcome);
  } finally {
    remote.running.delete(abort);
    signal?.removeEventListener("abort", abort);
    controller.abort(); // requests whose results are not wanted
  }
  return undefined;
}

interface Numbered {
  readonly index: number;
  readonly datapoint: unknown;
}

async function* batchesOf(
  datapoints: Iterable<unknown> | AsyncIterable<unknown>,
  size: number,
): AsyncGenerator<readonly Numbered[], undefined> {
  let batch: Numbered[] = [];
  let index = 0;
  for await (const datapoint of datapoints) {
    batch.push({ index: index++, datapoint });
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
  return undefined;
}

/** Predicts a batch. Datapoints that cannot be sent are errors. */
async function send(
  remote: Remote,
  batch: readonly Numbered[],
  arrays: ArrayForm,
  signal: AbortSignal,
): Promise<readonly EntryOutcome[]> {
  const outcomes: EntryOutcome[] = [];
  const texts: string[] = [];
  const sent: { readonly index: number; readonly id: string }[] = [];
  for (const { index, datapoint } of batch) {
    const { id, text, error } = written(datapoint, index);
    if (text === undefined) {
      outcomes.push({ kind: "error", index, id, error: { type: "InputError", message: error } });
    } else {
      texts.push(text);
      sent.push({ index, id });
    }
  }
  if (sent.length > 0) {
    const rows = await ask(remote, `[${texts.join(",")}]`, signal);
    for (const [at, place] of sent.entries()) outcomes.push({ ...place, ...outcomeOf(remote, rows[at], arrays) });
  }
  return outcomes.sort((a, b) => a.index - b.index);
}

/** A datapoint as JSON, or why it cannot be sent. */
function written(datapoint: unknown, index: number): { id: string; text?: string; error: string } {
  const { id: given, path, inputs } = Object(datapoint) as { id?: unknown; path?: unknown; inputs?: unknown };
  const isNamed = given === undefined || typeof given === "string";
  const id = typeof given === "string" ? given : typeof path === "string" ? path : String(index);
  if (isNamed && typeof path === "string") return { id, text: JSON.stringify({ id, path }), error: "" };
  if (!isNamed || typeof inputs !== "object" || inputs === null || Array.isArray(inputs)) {
    return { id, error: "a datapoint must be an object with `path` or `inputs`, and its `id` must be text" };
  }
  const taken = extractArrays(inputs as Readonly<Record<string, unknown>>);
  if (taken.kind === "problem") return { id, error: taken.message };
  const plain = encodeArrays(taken.value.inputs) as Record<string, unknown>;
  for (const { path: at, dtype, shape, bytes } of taken.value.arrays) {
    let holder = plain as Record<string | number, unknown>;
    for (const part of at.slice(0, -1)) holder = holder[part] as typeof holder;
    const last = at.at(-1);
    // The own property exists with the value null, so this cannot change a prototype.
    if (last !== undefined) holder[last] = jsonArray(dtype, shape, bytes);
  }
  return { id, text: `{"id":${JSON.stringify(id)},"inputs":${exactJson(plain)}}`, error: "" };
}

/** Sends a request, and repeats it while too many others wait. Returns the rows of the answer. */
async function ask(remote: Remote, body: string, signal: AbortSignal): Promise<readonly unknown[]> {
  const { url, options, fail } = remote;
  const { token } = options;
  const headers = {
    "Content-Type": "application/json",
    ...(token !== undefined && { Authorization: `Bearer ${token}` }),
  };
  for (let attempt = 1; ; attempt++) {
    let status: number;
    let text: string;
    let retryAfter: string | null;
    try {
      const answer = await fetch(url, { method: "POST", headers, body, signal, redirect: "error" });
      [status, retryAfter, text] = [answer.status, answer.headers.get("Retry-After"), await answer.text()];
    } catch (error) {
      signal.throwIfAborted();
      throw fail(`${url} cannot be reached: ${messageOf(error)}`);
    }
    if (status === 429 && attempt < ATTEMPTS) {
      await pause(Math.min(Number(retryAfter) || 1, 60) * 1000, signal);
      continue;
    }
    const parsed = parsedJson(text);
    if (status === 200 && Array.isArray(parsed)) return parsed;
    const { detail } = Object(parsed) as { detail?: unknown };
    throw fail(`${url} answered with status ${status}${typeof detail === "string" ? `: ${detail}` : ""}`);
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      if (signal.aborted) reject(signal.reason);
      else resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener("abort", end);
  });
}

function parsedJson(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}

function outcomeOf({ fail, url }: Remote, row: unknown, form: ArrayForm) {
  const { error, predictions } = Object(row) as { error?: unknown; predictions?: unknown };
  if (error !== undefined) {
    const { type, message } = Object(error) as { type?: unknown; message?: unknown };
    return { kind: "error", error: { type: String(type), message: String(message) } } as const;
  }
  const decoded = decodeArrays(predictions, form);
  if (predictions === undefined || decoded.kind === "problem")
    throw fail(`${url} answered with something else than predictions`);
  return { kind: "prediction", value: withNumbers(decoded.value) } as const;
}

/** Large integers are bigints, as in local predictions. */
function withNumbers(value: unknown): unknown {
  if (value instanceof ExactNumber) return /^-?\d+$/.test(value.text) ? BigInt(value.text) : Number(value.text);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map(withNumbers);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withNumbers(inner)]));
}

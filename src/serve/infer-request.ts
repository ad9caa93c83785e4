// Reads the body of an inference request: a JSON document, which the bytes of tensors may follow.
import { quote } from "../base/quote.ts";
import { readJson } from "../run/input/read-json.ts";
import { RequestProblem } from "./problem.ts";
import { isDatatype, type Tensor, tensorProblem } from "./tensor.ts";
import { elementsFromBytes } from "./tensor-bytes.ts";
import { elementsFromJson } from "./tensor-json.ts";

/** An inference request. */
export interface InferRequest {
  readonly id: string | undefined;
  readonly inputs: readonly Tensor[];
  /** The outputs to return; `undefined` for all. */
  readonly outputs: readonly WantedOutput[] | undefined;
  /** Whether an output is binary if the request does not say it for this output. */
  readonly isBinary: boolean;
}

/** An output that a request names. */
export interface WantedOutput {
  readonly name: string;
  readonly isBinary: boolean | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** The maximum number of dimensions, as in NumPy 1. */
const MAX_RANK = 32;

/** Reads a request. `headerLength` is the value of `Inference-Header-Content-Length`. Throws a `RequestProblem`. */
export function readInferRequest(body: Buffer, headerLength: string | undefined): InferRequest {
  const length = headerLength === undefined ? body.length : jsonLength(headerLength, body.length);
  const document = objectOf(jsonOf(body.subarray(0, length)), "the request");
  const { id, inputs, outputs } = document;
  if (id !== undefined && typeof id !== "string") throw new RequestProblem(400, "`id` must be text");
  if (!Array.isArray(inputs) || inputs.length === 0) {
    throw new RequestProblem(400, "`inputs` must be a list with at least one tensor");
  }
  const rest = new Rest(body.subarray(length), headerLength !== undefined);
  const tensors = inputs.map((input, index) => readTensor(objectOf(input, `\`inputs[${index}]\``), rest));
  rest.end();
  const names = new Set<string>();
  for (const { name } of tensors) {
    if (names.has(name)) throw tensorProblem(name, "occurs more than once in `inputs`");
    names.add(name);
  }
  const parameters = optionalObject(document["parameters"], "`parameters`");
  const isBinary = flag(parameters, "binary_data_output") ?? false;
  if (outputs !== undefined && !Array.isArray(outputs)) throw new RequestProblem(400, "`outputs` must be a list");
  // An empty list also means all outputs: some clients send it.
  const wanted = outputs?.map((output, index) => readWanted(objectOf(output, `\`outputs[${index}]\``)));
  return { id, inputs: tensors, outputs: wanted?.length === 0 ? undefined : wanted, isBinary };
}

/** Parses the JSON of a request with exact numbers. */
export function jsonOf(bytes: Buffer): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new RequestProblem(400, "the request is not UTF-8");
  }
  const read = readJson(text);
  if (read.kind === "value") return read.value;
  throw new RequestProblem(400, `the request is not valid JSON: ${read.message} at character ${read.offset + 1}`);
}

function jsonLength(text: string, most: number): number {
  const length = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (length > 0 && length <= most) return length;
  const message =
    "`Inference-Header-Content-Length` must be the length of the JSON document at the start of the request";
  throw new RequestProblem(400, message);
}

/** The bytes of tensors after the JSON document, which are taken in order. */
class Rest {
  readonly #bytes: Buffer;
  readonly #hasHeader: boolean;
  #at = 0;

  constructor(bytes: Buffer, hasHeader: boolean) {
    this.#bytes = bytes;
    this.#hasHeader = hasHeader;
  }

  take(name: string, size: unknown): Buffer {
    if (!this.#hasHeader) {
      throw tensorProblem(name, "has `binary_data_size`, which needs the header `Inference-Header-Content-Length`");
    }
    if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
      throw tensorProblem(name, "has a `binary_data_size` that is not a number of bytes");
    }
    const left = this.#bytes.length - this.#at;
    if (size > left) throw tensorProblem(name, `has ${left} bytes of its ${size} bytes in the request`);
    this.#at += size;
    return this.#bytes.subarray(this.#at - size, this.#at);
  }

  end(): void {
    const left = this.#bytes.length - this.#at;
    if (left > 0) throw new RequestProblem(400, `the request has ${left} bytes that belong to no tensor`);
  }
}

function readTensor(input: Fields, rest: Rest): Tensor {
  const { name, datatype, shape, data } = input;
  if (typeof name !== "string" || name === "") throw new RequestProblem(400, "a tensor of `inputs` has no `name`");
  if (!isDatatype(datatype)) throw tensorProblem(name, `has an unknown \`datatype\` ${quote(String(datatype))}`);
  if (!isShape(shape)) throw tensorProblem(name, `must have a \`shape\` with 1 to ${MAX_RANK} sizes`);
  const parameters = optionalObject(input["parameters"], "`parameters`");
  if (parameters["shared_memory_region"] !== undefined)
    throw tensorProblem(name, "is in shared memory, which is not supported");
  const size = parameters["binary_data_size"];
  const tensor =
    size === undefined
      ? elementsFromJson(name, datatype, shape, data)
      : elementsFromBytes(name, datatype, shape, rest.take(name, size));
  if (size !== undefined && data !== undefined) throw tensorProblem(name, "has both `data` and `binary_data_size`");
  return tensor.datatype === "BYTES" ? { ...tensor, data: tensor.data.map(contentReader(name, parameters)) } : tensor;
}

/** Reads a text as the parameter `content_type` says: `str` is always text, and `base64` are bytes. */
function contentReader(
  name: string,
  { content_type: form }: Fields,
): (text: string | Uint8Array) => string | Uint8Array {
  if (form === "str")
    return (text) => {
      if (typeof text === "string") return text;
      throw tensorProblem(name, "has an element that is not UTF-8, although its `content_type` is `str`");
    };
  if (form === "base64")
    return (text) => {
      const isBase64 = typeof text === "string" && /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.length % 4 === 0;
      if (!isBase64)
        throw tensorProblem(name, "has an element that is not base64, although that is its `content_type`");
      return new Uint8Array(Buffer.from(text, "base64"));
    };
  return (text) => text;
}

function isShape(shape: unknown): shape is readonly number[] {
  const isSize = (extent: unknown): boolean => {
    return typeof extent === "number" && Number.isInteger(extent) && extent >= 0 && extent < 2 ** 31;
  };
  return Array.isArray(shape) && shape.length > 0 && shape.length <= MAX_RANK && shape.every(isSize);
}

function readWanted(output: Fields): WantedOutput {
  const { name } = output;
  if (typeof name !== "string" || name === "") throw new RequestProblem(400, "an entry of `outputs` has no `name`");
  const parameters = optionalObject(output["parameters"], "`parameters`");
  for (const unsupported of ["classification", "shared_memory_region"]) {
    if (parameters[unsupported] === undefined || parameters[unsupported] === 0) continue;
    throw new RequestProblem(
      400,
      `the output ${quote(name)} has the parameter \`${unsupported}\`, which is not supported`,
    );
  }
  return { name, isBinary: flag(parameters, "binary_data") };
}

function objectOf(value: unknown, name: string): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw new RequestProblem(400, `${name} must be a JSON object`);
}

function optionalObject(value: unknown, name: string): Fields {
  return value === undefined || value === null ? {} : objectOf(value, name);
}

function flag(parameters: Fields, name: string): boolean | undefined {
  const value = parameters[name];
  if (value === undefined || typeof value === "boolean") return value;
  throw new RequestProblem(400, `the parameter \`${name}\` must be \`true\` or \`false\``);
}

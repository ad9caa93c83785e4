// Writes the answer of an inference request: a JSON document, which the bytes of tensors may follow.
import { orList, quote } from "../base/quote.ts";
import type { InferRequest } from "./infer-request.ts";
import { RequestProblem } from "./problem.ts";
import type { Tensor } from "./tensor.ts";
import { elementsToBytes, sentDatatype } from "./tensor-bytes.ts";
import { elementsToJson } from "./tensor-json.ts";

/** An answer. `headerLength` is the length of its JSON document if bytes follow. */
export interface InferResponse {
  readonly body: Buffer;
  readonly headerLength: number | undefined;
}

/** Writes the outputs that a request asks for. Throws a `RequestProblem`. */
export function inferResponse(
  { id, outputs, isBinary }: Pick<InferRequest, "id" | "outputs" | "isBinary">,
  model: string,
  version: string,
  tensors: readonly Tensor[],
): InferResponse {
  const wanted = outputs ?? tensors.map(({ name }) => ({ name, isBinary: undefined }));
  const parts: Buffer[] = [];
  const written = wanted.map(({ name, isBinary: own = isBinary }) => {
    const tensor = tensors.find((each) => each.name === name);
    if (tensor === undefined) {
      const names = orList(tensors.map((each) => each.name));
      throw new RequestProblem(400, `the model has no output ${quote(name)}; expected ${names}`);
    }
    return writeTensor(tensor, own, parts);
  });
  const head = [
    `"model_name":${JSON.stringify(model)}`,
    `"model_version":${JSON.stringify(version)}`,
    ...(id === undefined ? [] : [`"id":${JSON.stringify(id)}`]),
  ];
  const json = Buffer.from(`{${head.join(",")},"outputs":[${written.join(",")}]}`);
  if (parts.length === 0) return { body: json, headerLength: undefined };
  return { body: Buffer.concat([json, ...parts]), headerLength: json.length };
}

/** Writes a tensor as JSON. Adds its bytes to `parts` if it is binary. */
function writeTensor(tensor: Tensor, isBinary: boolean, parts: Buffer[]): string {
  const { name, shape } = tensor;
  const datatype = sentDatatype(tensor.datatype);
  const head = `{"name":${JSON.stringify(name)},"datatype":"${datatype}","shape":[${shape.join(",")}]`;
  const json = isBinary ? undefined : elementsToJson(tensor);
  if (json !== undefined) return `${head},"data":${json}}`;
  const bytes = elementsToBytes(tensor);
  parts.push(bytes);
  return `${head},"parameters":{"binary_data_size":${bytes.length}}}`;
}

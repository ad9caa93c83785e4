// The paths of the Open Inference Protocol in the OpenAPI document. They are the same for all models.
import type { JsonSchema } from "./json-types.ts";

const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: JsonSchema) => ({ "application/json": { schema } });

const FAILED = { description: "Why there is no result.", content: json(ref("InferenceError")) };

const MODEL = {
  name: "model",
  in: "path",
  required: true,
  description: "The id of a model.",
  schema: { type: "string" },
};

const healthOf = (operationId: string, summary: string, key: string) => {
  const schema = { type: "object", required: [key], properties: { [key]: { type: "boolean" } } };
  const content = json(schema);
  const responses = { "200": { description: "Yes.", content }, "503": { description: "No.", content } };
  return { get: { operationId, summary, security: [], responses } };
};

/** The paths. */
export const PROTOCOL_PATHS = {
  "/v2/health/live": healthOf("live", "Whether the server works.", "live"),
  "/v2/health/ready": healthOf("ready", "Whether all models are loaded.", "ready"),
  "/v2/models/{model}": {
    get: {
      operationId: "model_metadata",
      summary: "The inputs and outputs of a model, as far as they are known.",
      parameters: [MODEL],
      responses: { "200": { description: "The model.", content: json(ref("ModelMetadata")) }, "4XX": FAILED },
    },
  },
  "/v2/models/{model}/infer": {
    post: {
      operationId: "infer",
      summary: "Predict with tensors (Open Inference Protocol).",
      description:
        "The first axis of each tensor is the batch. Tensors may be bytes after the JSON document (binary_tensor_data).",
      parameters: [MODEL],
      requestBody: { required: true, content: json(ref("InferenceRequest")) },
      responses: {
        "200": { description: "The outputs.", content: json(ref("InferenceResponse")) },
        "4XX": FAILED,
        "5XX": FAILED,
      },
    },
  },
};

const TEXT = { type: "string" };
const PARAMETERS = { type: "object" };
const SHAPE = { type: "array", items: { type: "integer" } };

const TENSOR = {
  type: "object",
  required: ["name", "datatype", "shape"],
  properties: {
    name: TEXT,
    datatype: ref("Datatype"),
    shape: SHAPE,
    parameters: PARAMETERS,
    data: { type: "array", description: "The elements in row-major order, flat or nested." },
  },
};

const DESCRIBED = {
  type: "array",
  items: { type: "object", properties: { name: TEXT, datatype: ref("Datatype"), shape: SHAPE } },
};

/** The schemas of the paths. */
export const PROTOCOL_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  Datatype: {
    enum: [
      ...["BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64"],
      ...["FP16", "FP32", "FP64", "BF16", "BYTES"],
    ],
  },
  InferenceError: { type: "object", required: ["error"], properties: { error: TEXT } },
  InferenceRequest: {
    type: "object",
    required: ["inputs"],
    properties: {
      id: TEXT,
      parameters: PARAMETERS,
      inputs: { type: "array", items: ref("Tensor"), minItems: 1 },
      outputs: {
        type: "array",
        items: { type: "object", required: ["name"], properties: { name: TEXT, parameters: PARAMETERS } },
      },
    },
  },
  InferenceResponse: {
    type: "object",
    required: ["model_name", "outputs"],
    properties: { model_name: TEXT, model_version: TEXT, id: TEXT, outputs: { type: "array", items: ref("Tensor") } },
  },
  ModelMetadata: {
    type: "object",
    required: ["name", "inputs", "outputs"],
    properties: {
      name: TEXT,
      versions: { type: "array", items: TEXT },
      platform: TEXT,
      inputs: DESCRIBED,
      outputs: DESCRIBED,
    },
  },
  Tensor: TENSOR,
};

// The OpenAPI document of the server that `serve` starts, from the same types as the bindings. The same plan yields the same bytes.
import { canonicalJsonPretty } from "../plan/canonical.ts";
import type { ExecutionPlan } from "../plan/execution-plan.ts";
import { contentHash } from "../plan/hash.ts";
import { spelledName } from "../plan/spelling.ts";
import { exampleOf } from "./json-example.ts";
import {
  type JsonForm,
  type JsonSchema,
  type JsonTypes,
  jsonClass,
  jsonField,
  jsonType,
  RAW_ARRAY,
} from "./json-types.ts";
import { type ModelTypes, modelTypes } from "./model-types.ts";
import { PROTOCOL_PATHS, PROTOCOL_SCHEMAS } from "./openapi-protocol.ts";

/** The text of the document. */
export function openApiText(plan: ExecutionPlan): string {
  const models = plan.models.filter(({ universal }) => !universal).map(modelTypes);
  const schemas: Record<string, JsonSchema> = { Array: RAW_ARRAY, Error: ERROR, Problem: PROBLEM, ...PROTOCOL_SCHEMAS };
  const paths = models.map(
    (model) => [`/models/${model.model.id}/predict`, { post: operationOf(model, schemas) }] as const,
  );
  return canonicalJsonPretty({
    openapi: "3.1.0",
    "x-generator": "modelwright",
    info: { title: "Models", version: contentHash(plan).replace("sha256:", "").slice(0, 16) },
    security: [{}, { token: [] }],
    paths: { ...Object.fromEntries(paths), ...PROTOCOL_PATHS },
    components: {
      schemas,
      responses: {
        Problem: {
          description: "The request was not answered with a prediction.",
          content: { "application/problem+json": { schema: ref("Problem") } },
        },
      },
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          description: "A token, if the server was started with `--token-env`.",
        },
      },
    },
  });
}

const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

/** The operation of a model. Adds its schemas. */
function operationOf(types: ModelTypes, schemas: Record<string, JsonSchema>): object {
  const { model } = types;
  const title = spelledName(model.name);
  const json = jsonTypesOf(types, schemas);
  const inputs = types.inputs === undefined ? { type: "object" } : jsonType(json, types.inputs, "given");
  const [datapoint, prediction, row] = ["Datapoint", "Prediction", "Row"].map((name) => `${model.id}.${name}`) as [
    string,
    string,
    string,
  ];
  schemas[datapoint] = {
    type: "object",
    description: `One datapoint of ${title}.`,
    required: ["inputs"],
    properties: { id: { type: "string", description: "The id of its row. Defaults to its position, from 0." }, inputs },
    additionalProperties: false,
  };
  schemas[prediction] = { ...predictionOf(types, json), description: `The prediction of ${title} for one datapoint.` };
  schemas[row] = {
    description: `The prediction of ${title} for one datapoint of a list, or why it has none.`,
    type: "object",
    required: ["index", "id"],
    properties: {
      index: { type: "integer" },
      id: { type: "string" },
      predictions: ref(prediction),
      error: ref("Error"),
    },
    oneOf: [{ required: ["predictions"] }, { required: ["error"] }],
  };
  const oneOrMany = (one: string, many: string) => ({ anyOf: [ref(one), { type: "array", items: ref(many) }] });
  return {
    operationId: `predict_${model.id}`,
    summary: `Predict with ${title}.`,
    ...(model.description !== undefined && { description: model.description }),
    parameters: [
      {
        name: "arrays",
        in: "query",
        description: "The form of arrays in predictions: nested lists, or objects with their bytes.",
        schema: { enum: ["lists", "raw"], default: "lists" },
      },
    ],
    requestBody: {
      required: true,
      content: {
        "application/json": {
          schema: oneOrMany(datapoint, datapoint),
          example: { inputs: exampleOf(inputs, schemas) },
        },
      },
    },
    responses: {
      "200": {
        description: "The prediction, or a row for each datapoint of a list.",
        content: { "application/json": { schema: oneOrMany(prediction, row) } },
      },
      "4XX": { $ref: "#/components/responses/Problem" },
      "5XX": { $ref: "#/components/responses/Problem" },
    },
  };
}

function predictionOf({ fields, predict }: ModelTypes, json: JsonTypes): JsonSchema {
  if (fields === undefined) {
    const { item } = predict.output;
    return item === undefined ? {} : jsonType(json, item, "lists");
  }
  const required = fields.filter(({ optional }) => !optional).map(({ name }) => name);
  return {
    type: "object",
    properties: Object.fromEntries(fields.map((field) => [field.name, jsonField(json, field)])),
    ...(required.length > 0 && { required: [...new Set(required)] }),
  };
}

/** The classes of a model as schemas, which are added when they are first used. */
function jsonTypesOf({ model, classes }: ModelTypes, schemas: Record<string, JsonSchema>): JsonTypes {
  const names = new Map<string, string>();
  const types: JsonTypes = {
    classes,
    refTo: (name: string, form: JsonForm) => {
      const key = `${form} ${name}`;
      const known = names.get(key);
      if (known !== undefined) return ref(known);
      const own = freeName(`${model.id}.${name.replace(/[^\w.-]/g, "_")}${form === "given" ? "Input" : ""}`, schemas);
      names.set(key, own);
      schemas[own] = {}; // takes the name, because the class may refer to itself
      const found = classes.get(name);
      if (found !== undefined) schemas[own] = jsonClass(types, found, form);
      return ref(own);
    },
  };
  return types;
}

/** Names that the schemas of a model have, whatever its classes are called. */
const TAKEN = /\.(?:Datapoint|Prediction|Row)$/;

function freeName(name: string, schemas: Readonly<Record<string, unknown>>): string {
  const wanted = TAKEN.test(name) ? `${name}Fields` : name;
  let free = wanted;
  for (let number = 2; Object.hasOwn(schemas, free); number++) free = `${wanted}_${number}`;
  return free;
}

const ERROR: JsonSchema = {
  type: "object",
  description:
    "Why a datapoint has no prediction: the type of the Python exception or of an error of the server, and its message.",
  required: ["type", "message"],
  properties: { type: { type: "string" }, message: { type: "string" } },
};

const PROBLEM: JsonSchema = {
  type: "object",
  description: "A problem (RFC 9457).",
  required: ["type", "title", "status", "detail"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    error: ref("Error"),
  },
};

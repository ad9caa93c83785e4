// The JSON Schemas of Python types: of predictions with arrays as lists, and of the inputs of datapoints. They describe the same
// values as the types of bindings (`python-types.ts`).
import type { PlanClass, PlanType } from "../plan/execution-plan.ts";
import { predictionKey } from "./prediction-keys.ts";
import type { PredictionField } from "./predictions.ts";
import { ELEMENTS, type Form, isInternal } from "./python-types.ts";

/** A JSON Schema. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The direction of a value: a prediction, or an input for Python. */
export type JsonForm = Exclude<Form, "raw">;

/** The classes of a model, and the schemas that refer to them. */
export interface JsonTypes {
  readonly classes: ReadonlyMap<string, PlanClass>;
  readonly refTo: (name: string, form: JsonForm) => JsonSchema;
}

/** A value about which nothing is known. */
const ANY: JsonSchema = {};

/** The schema of an array in an input. */
export const RAW_ARRAY: JsonSchema = {
  type: "object",
  description: "An array: its element type, its shape, and the little-endian bytes of its elements in base64.",
  required: ["dtype", "shape", "data"],
  properties: {
    dtype: { enum: [...new Set(ELEMENTS.values())] },
    shape: { type: "array", items: { type: "integer", minimum: 0 } },
    data: { type: "string", contentEncoding: "base64" },
  },
  additionalProperties: false,
};

/** The schema of a Python type; the empty schema if it cannot be known. */
export function jsonType(types: JsonTypes, type: PlanType, form: JsonForm): JsonSchema {
  const inner = (of: PlanType): JsonSchema => jsonType(types, of, form);
  if (isInternal(types, type, form)) return ANY;
  switch (type.kind) {
    case "text":
    case "path":
    case "value":
      return { type: "string" };
    case "integer":
    case "number":
    case "boolean":
    case "null":
      return { type: type.kind };
    case "literal":
      return { enum: type.values };
    case "list":
      return { type: "array", items: inner(type.item) };
    case "tuple": {
      const { items, rest } = type;
      const prefix = items.length === 0 ? {} : { prefixItems: items.map(inner), minItems: items.length };
      return {
        type: "array",
        ...prefix,
        ...(rest === undefined ? { maxItems: items.length } : { items: inner(rest) }),
      };
    }
    case "map": {
      const value = inner(type.value);
      if (type.keys === undefined) return { type: "object", additionalProperties: value };
      const properties = Object.fromEntries(type.keys.map((key) => [key, value]));
      return { type: "object", properties, additionalProperties: false };
    }
    case "enum":
      return inner(type.value);
    case "union": {
      const members = type.members.filter((member) => !isInternal(types, member, form));
      return unionOfSchemas((members.length > 0 ? members : type.members).map(inner));
    }
    case "tensor":
      return form === "given" ? { $ref: "#/components/schemas/Array" } : listSchema(type);
    case "class":
      return types.refTo(type.name, form);
    case "bytes":
    case "set":
    case "unknown":
      return ANY;
  }
}

/** The schema of a prediction field, which is that of the definition format if Python says nothing more specific. */
export function jsonField(types: JsonTypes, { name, type, description }: PredictionField): JsonSchema {
  const known = predictionKey(name);
  const isKnown = known.type !== "unknown";
  const own = type === undefined || (isKnown && type.kind === "tensor") ? ANY : jsonType(types, type, "lists");
  const schema = Object.keys(own).length === 0 ? known.schema : own;
  const about = description ?? (isKnown ? known.note : undefined);
  return about === undefined ? { ...schema } : { ...schema, description: about };
}

/** The schema of the fields of a class. */
export function jsonClass(types: JsonTypes, { description, fields }: PlanClass, form: JsonForm): JsonSchema {
  const properties = fields.map(({ name, type, description: about }) => {
    const schema = jsonType(types, type, form);
    return [name, about === undefined ? schema : { ...schema, description: about }] as const;
  });
  const required = fields.filter(({ optional }) => !optional).map(({ name }) => name);
  return {
    type: "object",
    ...(description !== undefined && { description }),
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required }),
  };
}

function unionOfSchemas(schemas: readonly JsonSchema[]): JsonSchema {
  const unique = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
  if (unique.some((schema) => Object.keys(schema).length === 0)) return ANY;
  const [only, second] = unique;
  return only !== undefined && second === undefined ? only : { anyOf: unique };
}

/** An array as nested lists. An array without dimensions is its only element. */
function listSchema({ library, dtype, dimensions }: Extract<PlanType, { kind: "tensor" }>): JsonSchema {
  if (dimensions === undefined) return ANY;
  const element = ELEMENTS.get(dtype ?? "");
  const isOpen = dtype === undefined || (element === undefined && dtype !== "number");
  let schema: JsonSchema = { type: element === "BOOL" ? "boolean" : "number" };
  if (isOpen) schema = library === "numpy" ? ANY : { type: ["number", "boolean"] };
  for (let left = dimensions; left > 0; left--) schema = { type: "array", items: schema };
  return schema;
}

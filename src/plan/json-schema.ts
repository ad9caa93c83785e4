import * as z from "zod";
import { definition } from "../../grammar/definition.ts";
import type { Shape } from "../../grammar/shape.ts";
import { schemaId } from "../base/schema-id.ts";
import { canonicalJsonPretty } from "./canonical.ts";
import { executionPlan } from "./schema.ts";

export const SCHEMA_NAMES = ["definition", "plan"] as const;
export type SchemaName = (typeof SCHEMA_NAMES)[number];

/** The version of JSON Schema that our schemas use. */
const $schema = "https://json-schema.org/draft/2020-12/schema";

/**
 * A published JSON Schema (draft 2020-12), generated from the shape of the definition or from the zod schema of the
 * plan.
 */
export function schemaText(name: SchemaName): string {
  return canonicalJsonPretty({ $id: schemaId(name), ...(name === "plan" ? planSchema() : definitionSchema()) });
}

function planSchema(): object {
  return { title: "Execution plan", ...z.toJSONSchema(executionPlan) };
}

/** The schema of a definition. It allows other `x-` keys at the top level, which the shape cannot express. */
function definitionSchema(): object {
  return { $schema, ...schemaOf(definition, ""), patternProperties: { "^x-": {} } };
}

/** `path` is the key as `explain` prints it: `models[].files[].url`. It is the title if the shape has no title. */
function schemaOf(shape: Shape, path: string): object {
  const { title = path, description, examples } = shape;
  const annotations = {
    ...(title !== "" && { title }),
    ...(description !== undefined && { description }),
    ...(examples !== undefined && { examples }),
  };
  return { ...valuesOf(shape, path), ...annotations };
}

function valuesOf(shape: Shape, path: string): object {
  switch (shape.kind) {
    case "text": {
      const { isNonEmpty, pattern } = shape;
      return { type: "string", ...(isNonEmpty && { minLength: 1 }), ...(pattern && { pattern: pattern.source }) };
    }
    case "number": {
      if (!shape.isInteger) return { type: "number", ...(shape.min !== undefined && { minimum: shape.min }) };
      return { type: "integer", minimum: shape.min ?? Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };
    }
    case "boolean":
      return { type: "boolean" };
    case "words":
      // Not part of JSON Schema, but editors show these texts with the words.
      return { type: "string", enum: shape.words, enumDescriptions: shape.words.map((word) => shape.meanings[word]) };
    case "list": {
      const { length } = shape;
      const items = schemaOf(shape.item, `${path}[]`);
      if (length === undefined) return { type: "array", items };
      const filled = { type: "array", items, minItems: length, maxItems: length };
      return shape.mayBeEmpty === true ? { anyOf: [{ type: "array", maxItems: 0 }, filled] } : filled;
    }
    case "map": {
      const entries = Object.entries(shape.fields);
      const properties = Object.fromEntries(
        entries.map(([key, field]) => [key, schemaOf(field, path === "" ? key : `${path}.${key}`)]),
      );
      const required = entries.flatMap(([key, { kind }]) => (kind === "optional" ? [] : [key]));
      const needs = required.length > 0 ? { required } : {};
      return { type: "object", properties, ...needs, additionalProperties: false };
    }
    case "choice": {
      const options = shape.options.map((option) => schemaOf(option, option.kind === "map" ? path : ""));
      const types = options.map((option) => ("type" in option && Object.keys(option).length === 1 ? option.type : ""));
      return types.includes("") ? { anyOf: options } : { type: types };
    }
    case "optional":
      return schemaOf(shape.inner, path);
    case "any":
      return {};
  }
}

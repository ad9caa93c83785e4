import * as z from "zod";
import { definition } from "../../grammar/definition.ts";
import { canonicalJsonPretty } from "./canonical.ts";
import { executionPlan } from "./schema.ts";

export const SCHEMA_NAMES = ["definition", "plan"] as const;
export type SchemaName = (typeof SCHEMA_NAMES)[number];

/** A published JSON Schema (draft 2020-12), made from the zod schema. */
export function schemaText(name: SchemaName): string {
  return canonicalJsonPretty(name === "plan" ? z.toJSONSchema(executionPlan) : definitionSchema());
}

/** Keys that begin with `x-` are free at the top level, which zod cannot say. */
function definitionSchema(): object {
  const schema = z.toJSONSchema(definition, { unrepresentable: "any" });
  return { ...schema, patternProperties: { "^x-": {} } };
}

// The keys of `modelwright.config.json`, and of `modelwright` in package.json.
import { schemaId } from "../../base/schema-id.ts";
import { RULE_SETTINGS, type RuleSettings } from "../../check/rule-settings.ts";
import { rules } from "../../check/rules/index.ts";
import { canonicalJsonPretty } from "../../plan/canonical.ts";

/** The content of a configuration file. */
export interface Configuration {
  /** The name of the file; `undefined` if there is none. */
  readonly file: string | undefined;
  readonly format?: string | undefined;
  readonly rules?: RuleSettings | undefined;
  readonly portable?: boolean | undefined;
  readonly pedantic?: boolean | undefined;
  readonly out?: string | undefined;
  readonly target?: (typeof TARGETS)[number] | undefined;
}

export const TARGETS = ["ts", "js"] as const;

/** The JSON Schema of each key. `formats` are the values of `--format`. */
export function configProperties(formats: readonly string[]) {
  return {
    format: { enum: formats, description: "How findings are shown, as with `--format`." },
    rules: {
      type: "object",
      properties: Object.fromEntries(
        rules.map(({ code, summary }) => [code, { enum: RULE_SETTINGS, description: summary }]),
      ),
      additionalProperties: false,
      description: "The severity of rules by code, as with `--rule`.",
    },
    portable: { type: "boolean", description: "Report what the platform reads differently, as with `--portable`." },
    pedantic: { type: "boolean", description: "Report unpinned images and branches, as with `--pedantic`." },
    out: {
      type: "string",
      minLength: 1,
      description: "The folder that `build` writes to, as with `--out`. It must be below the folder of this file.",
    },
    target: { enum: TARGETS, description: "What `build` writes, as with `--target`." },
  } satisfies Readonly<Record<Exclude<keyof Configuration, "file">, object>>;
}

/** The JSON Schema of the file (draft 2020-12). */
export function configSchemaText(formats: readonly string[]): string {
  return canonicalJsonPretty({
    $id: schemaId("config"),
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "The configuration of Modelwright",
    type: "object",
    properties: { ...configProperties(formats), $schema: { type: "string" } },
    additionalProperties: false,
  });
}

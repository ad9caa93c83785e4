// The zod schema of `--format json`, from which `grammar/generated/diagnostics.schema.json` is generated.
import * as z from "zod";
import { SEVERITIES } from "../../base/diagnostic.ts";
import { schemaId } from "../../base/schema-id.ts";
import { canonicalJsonPretty } from "../../plan/canonical.ts";

const position = z
  .strictObject({ line: z.int().min(1), column: z.int().min(1), offset: z.int().min(0) })
  .meta({ id: "Position", description: "Lines and columns start at 1; columns and offsets count UTF-16 code units." });

const range = z
  .strictObject({ start: position, end: position })
  .meta({ id: "Range", description: "The end is exclusive." });

const file = z.string().meta({ description: "Relative to the working directory, with `/` on every platform." });

const edit = z.strictObject({ file, range, newText: z.string() });

const diagnostic = z
  .strictObject({
    code: z
      .string()
      .meta({ description: "The code of the rule, such as `unknown-key`. It is stable and the same in every format." }),
    url: z.string().meta({ description: "The documentation of the code, in the installed package: a `file:` URL." }),
    severity: z.enum(SEVERITIES),
    message: z.string(),
    hint: z.string().optional(),
    file,
    path: z.string().meta({ description: "The path in the document, such as `models[0].runtime.load`." }),
    range,
    related: z.array(z.strictObject({ message: z.string(), file, range })),
    fixes: z.array(
      z.strictObject({
        title: z.string(),
        safe: z.boolean().meta({ description: "Whether `--fix` applies it: only one correction is possible." }),
        edits: z.array(edit),
      }),
    ),
  })
  .meta({ id: "Diagnostic", description: "A finding. `range` is the smallest part of the text that is wrong." });

const count = z.int().min(0);

/** Diagnostics, version 1. */
export const diagnosticsDocument = z.strictObject({
  version: z.literal(1),
  tool: z.strictObject({ name: z.literal("modelwright"), version: z.string() }),
  summary: z.strictObject({
    files: count,
    errors: count,
    warnings: count,
    hints: count,
    unverified: count,
    suppressed: count,
    accepted: count,
    rulesOff: count.meta({ description: "The number of rules turned off by `--rule` or a configuration file." }),
  }),
  diagnostics: z.array(diagnostic).meta({ description: "Sorted by file, start and code." }),
});

export type DiagnosticsDocument = z.output<typeof diagnosticsDocument>;

/** The published JSON Schema (draft 2020-12). */
export function diagnosticsSchemaText(): string {
  return canonicalJsonPretty({
    $id: schemaId("diagnostics"),
    title: "Findings of Modelwright",
    ...z.toJSONSchema(diagnosticsDocument),
  });
}

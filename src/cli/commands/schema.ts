import { SCHEMA_NAMES, schemaText } from "../../plan/json-schema.ts";
import { CommandError, EXIT } from "../exit.ts";
import { printResult } from "../output.ts";
import { diagnosticsSchemaText } from "../render/json-schema.ts";

/** `modelwright schema`: the JSON Schema of the definition file, of the plan, or of what `--format json` prints. */
export function schemaCommand(name: string): number {
  if (name === "diagnostics") {
    printResult(diagnosticsSchemaText());
    return EXIT.clean;
  }
  const known = SCHEMA_NAMES.find((each) => each === name);
  if (known === undefined) {
    throw new CommandError(EXIT.usage, `There is no schema "${name}". Known: ${SCHEMA_NAMES.join(", ")}, diagnostics.`);
  }
  printResult(schemaText(known));
  return EXIT.clean;
}

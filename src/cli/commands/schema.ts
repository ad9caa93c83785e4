import { orList, quote } from "../../base/quote.ts";
import { SCHEMA_NAMES, schemaText } from "../../plan/json-schema.ts";
import { configSchemaText } from "../config/keys.ts";
import { CommandError, EXIT } from "../exit.ts";
import { printResult } from "../output.ts";
import { FORMAT_NAMES } from "../render/formats.ts";
import { diagnosticsSchemaText } from "../render/json-schema.ts";

/** `modelwright schema`: prints the JSON Schema of a definition, a plan, the output of `--format json`, or a configuration. */
export function schemaCommand(name: string): number {
  if (name === "diagnostics") {
    printResult(diagnosticsSchemaText());
    return EXIT.clean;
  }
  if (name === "config") {
    printResult(configSchemaText(FORMAT_NAMES));
    return EXIT.clean;
  }
  const known = SCHEMA_NAMES.find((each) => each === name);
  if (known === undefined) {
    throw new CommandError(
      EXIT.usage,
      `Unknown schema ${quote(name)}. Use ${orList([...SCHEMA_NAMES, "diagnostics", "config"])}.`,
    );
  }
  printResult(schemaText(known));
  return EXIT.clean;
}

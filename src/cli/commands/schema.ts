import { SCHEMA_NAMES, schemaText } from "../../plan/json-schema.ts";
import { CommandError, EXIT } from "../exit.ts";
import { printResult } from "../output.ts";

/** `modelwright schema`: the JSON Schema of the definition file, or of the plan. */
export function schemaCommand(name: string): number {
  const known = SCHEMA_NAMES.find((each) => each === name);
  if (known === undefined) {
    throw new CommandError(EXIT.usage, `There is no schema "${name}". Known: ${SCHEMA_NAMES.join(", ")}.`);
  }
  printResult(schemaText(known));
  return EXIT.clean;
}

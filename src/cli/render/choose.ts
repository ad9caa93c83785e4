import { orList, quote } from "../../base/quote.ts";
import { CommandError, EXIT } from "../exit.ts";

/** Finds a format of the command line in a table. `purpose` is part of the message if it is unknown. */
export function choose<Name extends string>(table: Readonly<Record<Name, unknown>>, given: string, purpose = ""): Name {
  const names = Object.keys(table) as Name[];
  const name = names.find((each) => each === given);
  if (name === undefined) {
    throw new CommandError(EXIT.usage, `Unknown format ${quote(given)}${purpose}. Use ${orList(names)}.`);
  }
  return name;
}

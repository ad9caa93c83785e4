import { CommandError, EXIT } from "../exit.ts";

/** The name of an entry of a table of formats, as it is given on the command line; `what` is what the formats are for. */
export function choose<Name extends string>(table: Readonly<Record<Name, unknown>>, given: string, what = ""): Name {
  const names = Object.keys(table) as Name[];
  const name = names.find((each) => each === given);
  if (name === undefined) {
    throw new CommandError(EXIT.usage, `There is no format "${given}"${what}. Known: ${names.join(", ")}.`);
  }
  return name;
}

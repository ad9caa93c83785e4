// Runs commands of the command line on definitions, all in this process, so that their programs are its children.
// Arguments: a list of files (JSON) and a folder for the output. Prints on standard error how many commands have ended.
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { buildCommand } from "../src/cli/commands/build.ts";
import { checkCommand } from "../src/cli/commands/check.ts";
import { doctorCommand } from "../src/cli/commands/doctor.ts";
import { explainCommand } from "../src/cli/commands/explain.ts";
import { explainPlace } from "../src/cli/commands/explain-place.ts";
import { graphCommand } from "../src/cli/commands/graph.ts";
import { planCommand } from "../src/cli/commands/plan.ts";
import { schemaCommand } from "../src/cli/commands/schema.ts";
import { CommandError } from "../src/cli/exit.ts";
import { givenDefinitions } from "../src/cli/given-bundle.ts";
import { sharedOptions } from "../src/cli/options.ts";

const [list = "", folder = "", which = ""] = process.argv.slice(2);
const definitions: readonly string[] = JSON.parse(readFileSync(list, "utf8"));
const checkOptions = { fix: false, dryRun: false, baseline: undefined, updateBaseline: false };
let count = 0;

/** A command may reject its input, but must not crash. */
async function attempt(command: () => number | Promise<number>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
  }
  count++;
}

for (const [i, path] of definitions.entries()) {
  const name = basename(path);
  const options = sharedOptions({ cwd: dirname(path), env: true, portable: true, pedantic: true, allowEmpty: true });
  if (which === "doctor") {
    await attempt(() =>
      givenDefinitions([name], options).then((from) => doctorCommand(from, options, { format: "json" })),
    );
    continue;
  }
  for (const files of [[name], []]) {
    await attempt(() => checkCommand(files, options, checkOptions));
    await attempt(() => planCommand(files, options));
    await attempt(() => graphCommand(files, options, { format: "json", open: false }));
    await attempt(() => buildCommand(files, options, { out: join(folder, String(i)), check: false, target: "js" }));
  }
  await attempt(() => checkCommand([name], options, { ...checkOptions, fix: true, dryRun: true }));
  for (const line of [1, 5, 9])
    await attempt(() => explainPlace({ file: name, line, column: undefined }, options, "json"));
}
for (const name of ["definition", "plan", "diagnostics"]) await attempt(() => schemaCommand(name));
await attempt(() => explainCommand(undefined));
process.stderr.write(`commands: ${count}\n`);

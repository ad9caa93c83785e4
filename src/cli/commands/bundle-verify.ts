import { join, resolve } from "node:path";
import { printable } from "../../base/quote.ts";
import { compile } from "../../compile.ts";
import { nodeHost } from "../../disk/host.ts";
import { canonicalJsonPretty } from "../../plan/canonical.ts";
import { PATHS } from "../../run/bundle/format.ts";
import { readText } from "../../system/read.ts";
import { EXIT } from "../exit.ts";
import { givenDefinitions, openGivenBundle } from "../given-bundle.ts";
import type { SharedOptions } from "../options.ts";
import { printNote, printResult } from "../output.ts";
import type { RunArguments } from "./run.ts";
import { testCommand } from "./test.ts";

/**
 * `modelwright bundle verify`: verifies every hash of a bundle, and that its plan is the plan of its definitions. With `--run`, also
 * that its examples have the recorded predictions.
 */
export async function verifyCommand(file: string, options: SharedOptions, given: RunArguments): Promise<number> {
  const { folder, index, manifest } = await openGivenBundle(file, options, { verify: true });
  const { plan } = compile(index.definitions, nodeHost(resolve(folder, PATHS.definition)));
  const stored = readText(join(folder, PATHS.plan), folder);
  if (plan === undefined || plan.hash !== index.plan || stored !== canonicalJsonPretty(plan)) {
    printNote(`The plan in ${printable(file)} is not the plan of its definitions. Make the bundle again.\n`);
    return EXIT.findings;
  }
  const count = manifest.layers.length === 1 ? "1 layer" : `${manifest.layers.length} layers`;
  printResult(`${manifest.digest}: ${count} verified\n`);
  return given["run"] === true ? testCommand(await givenDefinitions([file], options), options, given) : EXIT.clean;
}

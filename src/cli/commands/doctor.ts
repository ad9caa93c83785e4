import { resolve } from "node:path";
import { examine } from "../../run/prepare/examine.ts";
import { compileFiles } from "../compile-files.ts";
import { CommandError, EXIT } from "../exit.ts";
import type { Given } from "../given-bundle.ts";
import type { SharedOptions } from "../options.ts";
import { printRendered } from "../output.ts";
import { choose } from "../render/choose.ts";
import { DIAGNOSIS_FORMATS, type Diagnosis } from "../render/doctor.ts";
import type { RunArguments } from "./run.ts";

/** Findings that the examination reports itself. */
const LEFT_TO_EXAMINE = new Set(["missing-file", "missing-environment", "remote-code", "invalid-lock"]);

/** `modelwright doctor`: shows what a run needs, and what is missing. */
export async function doctorCommand(from: Given, options: SharedOptions, given: RunArguments): Promise<number> {
  const render = DIAGNOSIS_FORMATS[choose(DIAGNOSIS_FORMATS, String(given["format"]))];
  const compilation = compile(from.files, from.options);
  const errors =
    compilation?.diagnostics.filter(({ code, severity }) => severity === "error" && !LEFT_TO_EXAMINE.has(code)) ?? [];
  const examination = await examine(compilation?.plan && from.localPlan(compilation.plan), {
    root: resolve(from.options.cwd, compilation?.root ?? "."),
    cwd: options.cwd,
    environment: options.environment ?? process.env,
    processEnvironment: process.env,
    python: typeof given["python"] === "string" ? given["python"] : undefined,
    container: given.container,
    host: typeof given["host"] === "string" ? given["host"] : undefined,
    online: given["online"] === true,
  });
  const problems = [...examination.problems];
  if (errors.length > 0) {
    const count = errors.length === 1 ? "1 error" : `${errors.length} errors`;
    problems.unshift({ step: "definition", message: `it has ${count}; run \`modelwright check\` for details` });
  }
  const diagnosis: Diagnosis = { ...examination, problems, hasDefinition: compilation !== undefined };
  printRendered(1, render(diagnosis));
  if (problems.length > 0) return EXIT.findings;
  return compilation === undefined && !options.allowEmpty ? EXIT.nothing : EXIT.clean;
}

/** Compiles the definitions. `undefined` if there are none, because the machine can still be examined. */
function compile(files: readonly string[], options: SharedOptions): ReturnType<typeof compileFiles> {
  try {
    return compileFiles(options, files);
  } catch (error) {
    if (files.length === 0 && error instanceof CommandError && error.code === EXIT.nothing) return undefined;
    throw error;
  }
}

// Runs the examples of rules, each with the files that it needs.
import { exampleFiles } from "../src/check/examples/example.ts";
import { compileText, PYTHON } from "./definitions.ts";
import { about, asking } from "./fixtures.ts";

/** Rules that do not apply to a file named `efemarai.yaml`, or need an environment. */
const FILE: Readonly<Record<string, string>> = { "runtime-ignored": "models.yaml" };
/** The files on disk for the examples of rules about paths. */
const FILES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "absolute-path": { "/data/params.pt": "", "data/params.pt": "" },
  "missing-package": { ".venv/lib/python3.12/site-packages/numpy/__init__.py": "" },
  "outside-root": { "detector/inference.py": PYTHON },
  "path-case": { "code/inference.py": PYTHON },
};
const OPTIONS: Readonly<Record<string, object>> = { "missing-environment": { environment: {} } };

/** The findings in an example of a rule, on a machine as the example assumes it. */
export function exampleCodes(code: string, text: string): readonly string[] {
  const { diagnostics } = compileText(
    { ...exampleFiles(text, FILE[code]), ...FILES[code] },
    { ...OPTIONS[code], ...asking(code) },
  );
  return about(code, diagnostics);
}

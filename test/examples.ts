// Runs the examples of rules, each with what it needs beside the definition.
import { exampleFiles } from "../src/check/examples/example.ts";
import { compileText, PYTHON } from "./definitions.ts";
import { about, asking } from "./fixtures.ts";

/** Rules that say nothing about a file named `efemarai.yaml`, or nothing without an environment. */
const FILE: Readonly<Record<string, string>> = { "runtime-ignored": "models.yaml" };
/** What is on disk beside the examples of rules about paths. */
const FILES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "absolute-path": { "/data/params.pt": "", "data/params.pt": "" },
  "missing-package": { ".venv/lib/python3.12/site-packages/numpy/__init__.py": "" },
  "outside-root": { "detector/inference.py": PYTHON },
  "path-case": { "code/inference.py": PYTHON },
};
const OPTIONS: Readonly<Record<string, object>> = { "missing-environment": { environment: {} } };

/** What is found in an example of a rule, on a machine as the example supposes it. */
export function exampleCodes(code: string, text: string): readonly string[] {
  const { diagnostics } = compileText(
    { ...exampleFiles(text, FILE[code]), ...FILES[code] },
    { ...OPTIONS[code], ...asking(code) },
  );
  return about(code, diagnostics);
}

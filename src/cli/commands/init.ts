import { existsSync, lstatSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { printable } from "../../base/quote.ts";
import { schemaText } from "../../plan/json-schema.ts";
import { CommandError, EXIT } from "../exit.ts";
import { printResult, tryToWrite } from "../output.ts";

/** The starter definition. A test checks and runs it. */
const STARTER_DEFINITION = `# A model definition: where the code of a model is, which files it needs, and how to load and run it.
# Run \`modelwright check\` to check it. Editors use the schema in the line above to complete keys.

project:
  name: my-project

models:
  - name: my-model
    # Use code from a Git repository instead of the folder of this file:
    # repository:
    #   url: https://github.com/you/your-model
    #   branch: main
    #   access_token: \${GIT_TOKEN}   # an environment variable

    # Weights and other files, by path or URL:
    # files:
    #   - name: weights
    #     url: weights.bin

    runtime:
      image: python:3.11-slim
      device: cpu
      batch:
        max_size: 8

      load: # called once, at the start
        entrypoint: inference:load_model
        inputs:
          - name: name
            value: \${model.name}
          # - name: weights_path
          #   value: \${model.files.weights.url}
        output:
          name: model

      predict: # called for every batch
        entrypoint: inference:predict
        inputs:
          - name: model
            value: \${model.runtime.load.output.model}
          - name: datapoints
            value: \${datapoints}
        output:
          name: predictions
          keys:
            - classes
            - scores
`;

/** The Python code of the starter definition. */
const STARTER_CODE = `"""The entry points of efemarai.yaml."""

from __future__ import annotations

from typing import Any


def load_model(name: str) -> dict[str, Any]:
    """Load the model. The result is passed to each call of \`predict\`."""
    return {"name": name}


def predict(model: dict[str, Any], datapoints: list[Any]) -> list[dict[str, Any]]:
    """Return one prediction per datapoint, in the same order."""
    return [{"classes": [0], "scores": [1.0]} for _ in datapoints]
`;

/** The JSON Schema in an installed package. */
const INSTALLED = "node_modules/modelwright/grammar/generated/definition.schema.json";

/** The JSON Schema next to the definition, if no package is installed in the project. */
const OWN_SCHEMA = "efemarai.schema.json";

/** `modelwright init`: writes all files, or nothing if one of them exists. */
export function initCommand(folder: string): number {
  const installed = installedSchema(resolve(folder));
  const files = [
    { path: join(folder, "efemarai.yaml"), text: modeline(installed ?? OWN_SCHEMA) + STARTER_DEFINITION },
    { path: join(folder, "inference.py"), text: STARTER_CODE },
    ...(installed === undefined ? [{ path: join(folder, OWN_SCHEMA), text: schemaText("definition") }] : []),
  ];
  const existing = files
    .filter(({ path }) => lstatSync(path, { throwIfNoEntry: false }) !== undefined)
    .map(({ path }) => path);
  if (existing.length > 0) {
    throw new CommandError(
      EXIT.usage,
      `${existing.join(" and ")} already exist${existing.length === 1 ? "s" : ""}. Nothing was written.`,
    );
  }
  const problem = tryToWrite(
    files.map(({ path, text }) => ({ path: resolve(path), text })),
    resolve(folder),
  );
  if (problem !== undefined) throw new CommandError(EXIT.failure, `Cannot write the files: ${problem}.`);
  for (const { path } of files) printResult(`${printable(path)}: written\n`);
  printResult("Next, run: modelwright check\n");
  return EXIT.clean;
}

/** The comment that tells yaml-language-server, which most editors use for YAML, where the schema is. */
function modeline(path: string): string {
  return `# yaml-language-server: $schema=${path.startsWith(".") ? path : `./${path}`}\n`;
}

/**
 * The path of the schema in the package that is installed in the project, relative to a folder. Folders above the root of the
 * repository are not searched, because the path would not work for other people.
 */
function installedSchema(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, INSTALLED);
    if (existsSync(path)) return relative(folder, path).split(sep).join("/");
    if (existsSync(join(at, ".git")) || dirname(at) === at) return undefined;
  }
}

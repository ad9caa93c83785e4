import { lstatSync } from "node:fs";
import { join, resolve } from "node:path";
import { printable } from "../../base/quote.ts";
import { CommandError, EXIT } from "../exit.ts";
import { printResult, tryToWrite } from "../output.ts";

/** The starter definition. A test checks and runs it. */
export const STARTER_DEFINITION = `# A model definition: where the code of a model is, which files it needs, and how to load and run it.
# Run \`modelwright check\` to check it, and \`modelwright schema\` to print a JSON Schema for your editor.

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
export const STARTER_CODE = `"""The entry points of efemarai.yaml."""

from __future__ import annotations

from typing import Any


def load_model(name: str) -> dict[str, Any]:
    """Load the model. The result is passed to each call of \`predict\`."""
    return {"name": name}


def predict(model: dict[str, Any], datapoints: list[Any]) -> list[dict[str, Any]]:
    """Return one prediction per datapoint, in the same order."""
    return [{"classes": [0], "scores": [1.0]} for _ in datapoints]
`;

/** `modelwright init`: writes both files, or nothing if one of them exists. */
export function initCommand(folder: string): number {
  const files = [
    { path: join(folder, "efemarai.yaml"), text: STARTER_DEFINITION },
    { path: join(folder, "inference.py"), text: STARTER_CODE },
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

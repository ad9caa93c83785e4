import { lstatSync } from "node:fs";
import { join, resolve } from "node:path";
import { printable } from "../../base/quote.ts";
import { CommandError, EXIT } from "../exit.ts";
import { printResult, tryToWrite } from "../output.ts";

/** The starter definition; a test checks that it is right and that it runs. */
export const STARTER_DEFINITION = `# A model definition: where the code is, which files it needs, how it is loaded and how it predicts.
# Check it with \`modelwright check\`; \`modelwright schema\` prints a schema for your editor.

project:
  name: my-project

models:
  - name: my-model
    # Code in a git repository instead of beside this file:
    # repository:
    #   url: https://github.com/you/your-model
    #   branch: main
    #   access_token: \${GIT_TOKEN}   # from the environment, never written down

    # Weights and configurations, by path or address:
    # files:
    #   - name: weights
    #     url: weights.bin

    runtime:
      image: python:3.11-slim
      device: cpu
      batch:
        max_size: 8

      load: # called once
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

/** Its Python side. */
export const STARTER_CODE = `"""The functions that efemarai.yaml names."""

from __future__ import annotations

from typing import Any


def load_model(name: str) -> dict[str, Any]:
    """Load the model once; what is returned is handed to every call of \`predict\`."""
    return {"name": name}


def predict(model: dict[str, Any], datapoints: list[Any]) -> list[dict[str, Any]]:
    """Predict a batch: one prediction for each datapoint, in the same order."""
    return [{"classes": [0], "scores": [1.0]} for _ in datapoints]
`;

/** \`modelwright init\`: writes both files, or nothing when one of them exists. */
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
      `${existing.join(" and ")} exist${existing.length === 1 ? "s" : ""} already; nothing was written.`,
    );
  }
  const problem = tryToWrite(
    files.map(({ path, text }) => ({ path: resolve(path), text })),
    resolve(folder),
  );
  if (problem !== undefined) throw new CommandError(EXIT.failure, `The files cannot be written: ${problem}.`);
  for (const { path } of files) printResult(`${printable(path)}: written\n`);
  printResult("Next: modelwright check\n");
  return EXIT.clean;
}

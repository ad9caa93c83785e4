// A small definition to bundle, and the command line in a cache of its own.
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Outcome } from "./command-line.ts";
import { MAIN } from "./dist.ts";

/** Reads a scale from a file. */
export const INFERENCE = `import json
from parts.factor import FACTOR


def load(scale_path):
    with open(scale_path) as file:
        return json.load(file)["scale"] * FACTOR


def predict(scale, datapoints):
    return [{"value": datapoint["x"] * scale} for datapoint in datapoints]
`;

/** The model. `repository` and `file` are lines of YAML. */
export function definition(file: string, repository = ""): string {
  return `models:
  - name: scaler
${repository}    files:
      - name: scale
${file}    runtime:
      image: python:3.11-slim
      load:
        entrypoint: inference:load
        inputs:
          - name: scale_path
            value: \${model.files.scale.url}
        output:
          name: scale
      predict:
        entrypoint: inference:predict
        inputs:
          - name: scale
            value: \${model.runtime.load.output.scale}
          - name: datapoints
            value: \${datapoints}
        output:
          name: predictions
          keys: [value]
`;
}

export const CODE: Readonly<Record<string, string>> = {
  "inference.py": INFERENCE,
  "parts/__init__.py": "",
  "parts/factor.py": "FACTOR = 10\n",
};

/** Everything in one folder. */
export const PROJECT: Readonly<Record<string, string>> = {
  ...CODE,
  "efemarai.yaml": definition("        url: scale.json\n"),
  "scale.json": '{"scale": 3}\n',
};

export const INPUT = '{"id": "a", "x": 1}\n{"id": "b", "x": 2}\n';
export const VALUES: readonly number[] = [30, 60];

export function writeAll(folder: string, files: Readonly<Record<string, string | Buffer>>): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** Runs a command without blocking the servers of this process. `cache` is the folder of its cache. */
export function command(
  cwd: string,
  args: readonly string[],
  { cache, input = "", env = {} }: { cache: string; input?: string; env?: NodeJS.ProcessEnv },
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--", MAIN, ...args], {
      cwd,
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"], XDG_CACHE_HOME: cache, ...env },
    });
    const output = { out: "", err: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output.out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output.err += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...output }));
    child.stdin.end(input);
  });
}

/** The values that a run predicts. */
export function valuesIn({ out }: Outcome): readonly unknown[] {
  return out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).predictions?.value);
}

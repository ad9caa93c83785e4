// A project with `modelwright/plugin`: the built package installed as by npm, a definition and its Python code.
import { cpSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { write } from "./bindings-project.ts";
import { DIST, PACKAGE } from "./dist.ts";
import { ROOT } from "./golden.ts";
import { temporaryFolder } from "./temporary.ts";

/** A definition with one model, whose Python is in `<name>.py`. */
export const definition = (name: string, threshold = "0.5"): string => `models:
  - name: ${name}
    description: counts letters
    runtime:
      load:
        entrypoint: ${name}:load
        inputs:
          - name: threshold
            value: ${threshold}
        output: { name: model }
      predict:
        entrypoint: ${name}:predict
        inputs:
          - { name: model, value: "\${model.runtime.load.output.model}" }
          - { name: datapoints, value: "\${datapoints}" }
        output: { name: predictions, keys: [letters] }
`;

/** The Python code for it. */
export const PYTHON = `from typing import TypedDict


class Letters(TypedDict):
    letters: int


def load(threshold: float) -> float:
    return threshold


def predict(model: float, datapoints: list[dict]) -> list[Letters]:
    return [{"letters": len(point["text"])} for point in datapoints]
`;

/** Creates a project in a new folder, which is removed at the end of the process. */
export function newProject(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  install(folder);
  write(folder, { "package.json": '{ "type": "module", "private": true }\n', ...files });
  return folder;
}

/** Copies the published files, and links the dependencies and the build tools. */
function install(folder: string): void {
  const packages = join(folder, "node_modules");
  const own = join(packages, "modelwright");
  mkdirSync(own, { recursive: true });
  for (const path of ["package.json", basename(DIST), "src/run/worker"])
    cpSync(join(PACKAGE, path), join(own, path), { recursive: true });
  for (const name of readdirSync(join(ROOT, "node_modules"))) {
    if (!name.startsWith(".")) symlinkSync(join(ROOT, "node_modules", name), join(packages, name), "dir");
  }
}

// Runs models in containers of the images that test/tools/images.mjs has built. MODELWRIGHT_CONTAINER_ENGINE=docker uses Docker,
// without a network, so that a service that is started for this purpose suffices.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import type { RunOptions } from "../../src/run/index.ts";
import { temporaryFolder } from "../temporary.ts";
import { HANG_MS, planOf, type Result, runPlan, type Sketch } from "./harness.ts";

const IMAGES = "localhost/modelwright-test";

/** The image with Python and nothing else. */
export const PYTHON_IMAGE = `${IMAGES}/python`;

/** An image that is made for tests. */
export const testImage = (name: string): string => `${IMAGES}/${name}`;

/** The engine that is tested. */
export const ENGINE = process.env["MODELWRIGHT_CONTAINER_ENGINE"] === "docker" ? "docker" : "podman";

/** Whether the images can be used here. */
export const hasImages = spawnSync(ENGINE, ["image", "inspect", PYTHON_IMAGE]).status === 0;

/** Prints in one line that the tests of containers are skipped, if they are. */
export function saySkipped(what: string): void {
  if (!hasImages)
    console.log(`skipped: ${what}, because ${ENGINE} or the images of test/tools/images.mjs are missing here`);
}

/** The standard output of a command of the engine. */
export function engine(...args: readonly string[]): string {
  return execFileSync(ENGINE, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}

/** Options that every run of the tests has. */
const ALWAYS: RunOptions["containerOptions"] = ENGINE === "docker" ? { network: "none" } : undefined;

/** A folder with the code of a model. */
export function codeFolder(code: string): string {
  const root = temporaryFolder();
  mkdirSync(join(root, "code"));
  writeFileSync(join(root, "code", "inference.py"), code);
  return root;
}

/** Inputs of `predict`: the loaded model and the datapoints. */
export const BOTH: NonNullable<Sketch["predictInputs"]> = {
  model: { ref: "model/load", select: "output" },
  datapoints: { ref: "model/datapoints", select: "all" },
};

/** Runs a model in a container, and verifies that nothing of it is left. */
export async function runContained(
  root: string,
  sketch: Partial<Sketch>,
  input: RunOptions["input"],
  options: Partial<RunOptions> = {},
): Promise<Result> {
  const plan = planOf({ folder: "code", image: PYTHON_IMAGE, predictInputs: BOTH, ...sketch });
  const result = await runPlan(plan, input, {
    ...{ root, python: undefined, container: ENGINE },
    ...(ALWAYS !== undefined && options.container !== false && { containerOptions: ALWAYS }),
    ...options,
  });
  await assertNoContainer(root);
  return result;
}

/** The ids of the containers that can read a folder, or whose process has it as its working directory. */
export function containersOf(root: string): readonly string[] {
  return engine("ps", "--all", "--quiet", "--no-trunc", "--filter", `volume=${join(root, "code")}`)
    .split("\n")
    .filter(Boolean);
}

/** The processes in containers whose working directory is the code in a folder. */
function processesIn(root: string): readonly string[] {
  return readdirSync("/proc").filter((id) => {
    try {
      return /^\d+$/.test(id) && readlinkSync(`/proc/${id}/cwd`).startsWith(join(root, "code"));
    } catch {
      return false;
    }
  });
}

/** Waits until no container, process or mount of the code in a folder is left. */
export async function assertNoContainer(root: string): Promise<void> {
  const end = Date.now() + HANG_MS;
  for (;;) {
    const left = [...containersOf(root), ...processesIn(root)];
    const mounts = readFileSync("/proc/self/mountinfo", "utf8")
      .split("\n")
      .filter((line) => line.includes(root));
    if (left.length + mounts.length === 0) return;
    assert.ok(Date.now() < end, `containers, processes or mounts are left: ${[...left, ...mounts].join("\n")}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

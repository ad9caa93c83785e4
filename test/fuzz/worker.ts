// Data to a worker, read by its Python: frames with a few changed bytes lead to an answer or to a message.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { ROOT } from "../golden.ts";
import { changed } from "./corpus.ts";
import { frameBytes } from "./frames.ts";
import type { Layer } from "./layer.ts";
import { changedTrees, type Tree } from "./trees.ts";

const IMPORT = (call: string): Tree => ({ type: "import", call, device: "cpu", module: "inference", function: call });
const LOAD: Tree = {
  type: "load",
  arguments: [["weights", ["map", [["a", ["list", [["value", 1]]]]]]]],
  predict: [
    ["model", ["handle"]],
    ["items", ["datapoints"]],
  ],
  keys: ["boxes"],
  rules: ["boxes"],
};
const PREDICT: Tree = {
  type: "predict",
  datapoints: [
    [0, "a", null, { x: null, y: null, z: null }],
    [1, "b", "b.png", null],
  ],
  numbers: [
    [[0, 3, "x"], "NaN"],
    [[0, 3, "z"], "12345678901234567890"],
  ],
  arrays: [{ path: [0, 3, "y"], dtype: "FP32", shape: [2, 2], offset: 0 }],
};
const MESSAGES: readonly Tree[] = [IMPORT("load"), IMPORT("predict"), LOAD, PREDICT, { type: "shutdown" }];

const PYTHON = `def load(weights):
    return weights


def predict(model, items):
    return [{"boxes": [[0, 0, 1, 1]], "inputs": dict(item)} for item in items]
`;

const bytes = (trees: readonly Tree[]) => trees.map((tree) => frameBytes(tree, tree === PREDICT ? 16 : 0)).join("");
const before = MESSAGES.slice(0, 3);

let folder = "";
let child: ChildProcess | undefined;
let lines: AsyncIterator<string> | undefined;

export const worker: Layer = {
  name: "worker",
  inputs: fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .array(fc.tuple(changedTrees(MESSAGES), fc.constantFrom(0, 8, 16, 64)), { minLength: 1, maxLength: 3 })
        .map((all) => bytes(before) + all.map(([tree, size]) => frameBytes(tree, size)).join("")),
    },
    { weight: 1, arbitrary: changed([bytes(MESSAGES)], ["\0", "\xff", "{}", "[", "null", '"', "NaN", "\x10\0\0\0"]) },
  ),
  begin: () => {
    folder = mkdtempSync(join(tmpdir(), "modelwright-fuzz-"));
    writeFileSync(join(folder, "inference.py"), PYTHON);
  },
  end: () => {
    child?.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  },
  check: async (input) => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) start();
    const size = Buffer.alloc(4);
    size.writeUInt32LE(input.length);
    child?.stdin?.write(Buffer.concat([size, Buffer.from(input, "latin1")]));
    const answer = await answered();
    if (answer !== null) throw new Error(answer);
  },
};

function start(): void {
  const harness = fileURLToPath(new URL("worker.py", import.meta.url));
  child = spawn("python3", ["-B", harness, join(ROOT, "src/run/worker")], {
    cwd: folder,
    stdio: ["pipe", "pipe", "ignore"],
  });
  child.stdin?.on("error", () => {}); // the process has ended, which the missing answer shows
  if (child.stdout !== null) lines = createInterface(child.stdout)[Symbol.asyncIterator]();
}

/** The maximum time of one input. It is read from memory, and there is almost no work. */
const LIMIT_MS = 300_000;

async function answered(): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), LIMIT_MS);
  });
  const next = await Promise.race([lines?.next(), late]);
  clearTimeout(timer);
  if (next !== undefined && next.done !== true) return JSON.parse(next.value) as string | null;
  const running = child;
  running?.kill("SIGKILL");
  if (running?.exitCode === null && running.signalCode === null) await once(running, "exit");
  return next === undefined ? "the worker hangs" : "the worker has ended";
}

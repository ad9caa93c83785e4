// A folder with a definition, its code and an input, for the built command line.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MAIN } from "../dist.ts";
import { assertGone, newMark } from "./harness.ts";

/** The behavior of a model's `predict`, as the body of a Python function with `datapoints` and `bad`. */
export interface Project {
  readonly predict?: string;
  readonly load?: string;
  /** At the top of the module. */
  readonly top?: string;
  readonly maxSize?: number;
  readonly models?: readonly string[];
  readonly ids?: readonly string[];
}

/** The result of a command. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface Command {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Waits until standard error contains a text. */
  readonly says: (text: string) => Promise<void>;
}

export interface Place {
  readonly folder: string;
  readonly output: string;
  /** Runs `modelwright run` and verifies that no process is left. */
  readonly run: (args: readonly string[], more?: Partial<Start>) => Promise<Ended>;
  readonly start: (args: readonly string[], more?: Partial<Start>) => Command;
  /** Whether all processes that were started in this folder have ended. */
  readonly gone: (withinMs?: number) => Promise<void>;
}

interface Start {
  /** Words before the command, such as `nice`. */
  readonly before: readonly string[];
  readonly stdin: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Calls a function with such a folder, and removes the folder. */
export async function inProject(project: Project, work: (place: Place) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "modelwright-run-"));
  const mark = newMark();
  for (const [name, text] of Object.entries(filesOf(project))) writeFileSync(join(folder, name), text);
  const start: Place["start"] = (args, { before = [], stdin = "", env = {} } = {}) => {
    const [program = "", ...rest] = [...before, process.execPath, "--", MAIN, "run", "--input", "in.jsonl", ...args];
    const child = spawn(program, rest, {
      cwd: folder,
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env, MODELWRIGHT_MARK: mark },
    });
    child.stdin.on("error", () => {});
    child.stdin.end(stdin);
    let [out, err] = ["", ""];
    let wake = (): void => {};
    child.stdout.on("data", (chunk) => {
      out += chunk;
    });
    child.stderr.on("data", (chunk) => {
      err += chunk;
      wake();
    });
    const ended = new Promise<Ended>((resolve) =>
      child.on("close", (code, signal) => resolve({ code, signal, out, err })),
    );
    const says = async (text: string): Promise<void> => {
      while (!err.includes(text)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    };
    return { child, ended, says };
  };
  const gone = (withinMs?: number): Promise<void> => assertGone(mark, withinMs);
  try {
    await work({
      folder,
      output: join(folder, "out.jsonl"),
      start,
      gone,
      run: async (args, more) => {
        const ended = await start(args, more).ended;
        await gone();
        return ended;
      },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function filesOf({
  predict = "pass",
  load = "pass",
  top = "",
  maxSize = 1,
  models = ["model"],
  ids = ["a", "bad", "b"],
}: Project) {
  return {
    "in.jsonl": ids.map((id) => `{"id":"${id}"}\n`).join(""),
    "inference.py": `import ctypes, os, resource, signal, subprocess, sys, time
${top}

def load():
    ${load.replaceAll("\n", "\n    ")}
    return "model"

def predict(model, datapoints):
    bad = any(datapoint.id == "bad" for datapoint in datapoints)
    ${predict.replaceAll("\n", "\n    ")}
    return [{"id": datapoint.id} for datapoint in datapoints]
`,
    "efemarai.yaml": `models:\n${models.map((name) => definition(name, maxSize)).join("")}`,
  };
}

const definition = (name: string, maxSize: number): string => `  - name: ${name}
    runtime:
      image: python:3.11-slim
      batch:
        max_size: ${maxSize}
      load:
        entrypoint: inference:load
        output:
          name: model
      predict:
        entrypoint: inference:predict
        inputs:
          - name: model
            value: \${model.runtime.load.output.model}
          - name: datapoints
            value: \${datapoints}
        output:
          name: predictions
          keys: [id]
`;

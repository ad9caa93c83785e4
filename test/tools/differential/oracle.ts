// Asks the platform's SDK about definitions, many in one Python process.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "../../golden.ts";
import type { Case } from "./generate.ts";
import { FILES, VARIABLES } from "./sandbox.ts";

/** A value of Python with its type, written by `encode` in `differential.py`. */
export type Encoded =
  | readonly ["text", string]
  | readonly ["int", string]
  | readonly ["float", string]
  | readonly ["bool", boolean]
  | readonly ["null"]
  | readonly ["list", readonly Encoded[]]
  | readonly ["map", readonly (readonly [Encoded, Encoded])[]]
  | readonly ["mark", string]
  | readonly ["bytes", string]
  | readonly ["other", string, string?];

/** One call of a Python function, and the settings of its model. */
export interface PlatformRun {
  readonly model: Encoded;
  readonly call: "load" | "predict";
  readonly arguments: Encoded;
  readonly device: Encoded;
  readonly maxSize: Encoded;
  readonly imageSize: Encoded;
  readonly image: Encoded;
  readonly entrypoint: Encoded;
}

/** How the SDK reads a definition. */
export interface PlatformAnswer {
  /** The step at which it stops, or null. */
  readonly step: "check" | "create" | "run" | null;
  readonly message: string | null;
  /** What PyYAML loads after the variables were replaced. */
  readonly document: Encoded | null;
  readonly requests: readonly (readonly [method: string, endpoint: string, body: Encoded])[];
  readonly runs: readonly PlatformRun[];
}

const REQUIREMENTS = ["efemarai==0.4.1", "smart_open<7", "setuptools<81"];

/** Where pip installs the SDK if it is missing: a folder of this checkout, which other users cannot write to. */
const VENV = join(ROOT, "node_modules/.cache/platform-sdk");

/**
 * A Python with the SDK: the one in `MODELWRIGHT_PLATFORM_PYTHON`, or an environment that pip fills. `undefined`, with
 * one printed line, if neither works.
 */
export function pythonWithSdk(): string | undefined {
  const given = process.env["MODELWRIGHT_PLATFORM_PYTHON"];
  if (given !== undefined) return hasSdk(given) ? given : skip(`${given} has no efemarai`);
  const python = join(VENV, "bin/python");
  if (hasSdk(python)) return python;
  const isMade = spawnSync("python3", ["-m", "venv", VENV], { stdio: "ignore" }).status === 0;
  if (!isMade) return skip("python3 cannot create a virtual environment");
  const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...REQUIREMENTS];
  const { status } = spawnSync(python, install, { stdio: "ignore", timeout: 150_000 });
  return status === 0 && hasSdk(python) ? python : skip("pip cannot install the platform's SDK");
}

function skip(reason: string): undefined {
  console.log(`skipped: ${reason}, so nothing is compared with the platform`);
  return undefined;
}

function hasSdk(python: string): boolean {
  if (python.includes("/") && !existsSync(python)) return false;
  return spawnSync(python, ["-c", "import efemarai.session, cv2"], { stdio: "ignore" }).status === 0;
}

/** Runs `body` in a folder with the files that definitions refer to. */
export async function inSandbox<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "modelwright-differential-"));
  try {
    for (const [path, text] of FILES) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Asks about definitions, in their order. */
export async function* askPlatform(
  python: string,
  folder: string,
  cases: readonly Pick<Case, "files" | "given">[],
): AsyncGenerator<PlatformAnswer> {
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH, HOME, PYTHONDONTWRITEBYTECODE: "1", ...VARIABLES };
  const script = join(ROOT, "test/tools/differential.py");
  const oracle = spawn(python, [script, folder], { env, stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(oracle, "close");
  oracle.stdin.end(cases.map(({ files, given }) => `${JSON.stringify({ files, given })}\n`).join(""));
  let count = 0;
  for await (const line of createInterface({ input: oracle.stdout })) {
    count++;
    yield JSON.parse(line);
  }
  const [code] = await ended;
  if (code !== 0 || count !== cases.length) throw new Error(`the SDK ended with ${code} after ${count} definitions`);
}

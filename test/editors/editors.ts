// Runs scripts in real editors, on a copy of the digits model.
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, extname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { MAIN } from "../dist.ts";
import { fixture, ROOT } from "../golden.ts";
import { temporaryFolder } from "../temporary.ts";

/** The time limit for an editor, in milliseconds. It is long enough for a busy machine. */
const TIME_LIMIT_MS = 240_000;

/** The time within which a server must end after its editor, in milliseconds. */
const SERVER_LIMIT_MS = 20_000;

/** An editor with its settings and the script that it runs. */
export interface Editor {
  /** A path, or a name on the `PATH`. */
  readonly program: string;
  /** The arguments, where these are files with the settings and the script. */
  readonly args: (settings: string, script: string) => readonly string[];
  readonly settings: string;
  /** A file of this folder. */
  readonly script: string;
}

/** The result of a script. */
export interface Walk {
  /** The output of the script. */
  readonly lines: string;
  /** The exit code of the editor; `null` if it was ended. */
  readonly status: number | null;
  /** The exit code of each server that it started; "running" for one that has not ended. */
  readonly servers: readonly string[];
  /** The output of the editor. */
  readonly output: string;
}

/**
 * The command that editors start. It records that the server has started, and its exit code. Eglot kills its child process
 * right after the message that ends the server, so the server has its own session.
 */
const COMMAND = `#!/bin/sh
exec 3<&0
setsid sh -c '
  echo started >>"$WALK_SERVERS"
  "$WALK_NODE" "$WALK_MAIN" "$@" <&3
  echo "exit code $?" >>"$WALK_SERVERS"
' modelwright "$@" &
wait
`;

/** The output of a program; `undefined` if it is not installed or fails. */
export function outputOf(program: string, args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return status === 0 ? stdout : undefined;
}

/**
 * Runs the script of an editor in a copy of the digits model, without the settings of the user. If `end` is "killed", the
 * script kills the editor after some steps.
 */
export async function walk(
  { program, args, settings, script }: Editor,
  end: "quit" | "killed" = "quit",
): Promise<Walk> {
  const folder = temporaryFolder();
  const at = (...names: string[]) => join(folder, ...names);
  for (const name of ["project", "home", "bin"]) mkdirSync(at(name));
  for (const name of ["efemarai.yaml", "inference.py", "weights.json", "labels.json"])
    copyFileSync(fixture("run/digits", name), at("project", name));
  spawnSync("git", ["init", "--quiet"], { cwd: at("project") });
  const settingsFile = `settings${extname(script)}`;
  writeFileSync(at(settingsFile), settings);
  writeFileSync(at("bin/modelwright"), COMMAND);
  chmodSync(at("bin/modelwright"), 0o755);
  const { status, stdout, stderr } = spawnSync(program, args(at(settingsFile), join(ROOT, "test/editors", script)), {
    cwd: at("project"),
    env: {
      PATH: at("bin") + delimiter + (process.env["PATH"] ?? ""),
      HOME: at("home"),
      LANG: "C.UTF-8",
      WALK_END: end,
      WALK_LINES: at("lines"),
      WALK_SERVERS: at("servers"),
      WALK_NODE: process.execPath,
      WALK_MAIN: MAIN,
    },
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
    timeout: TIME_LIMIT_MS,
    killSignal: "SIGKILL",
  });
  const read = (name: string) => (existsSync(at(name)) ? readFileSync(at(name), "utf8") : "");
  const servers = await ended(() => read("servers"));
  return { lines: read("lines"), status, servers, output: stdout + stderr };
}

/** The exit codes of the servers, after they have had time to end. */
async function ended(read: () => string): Promise<readonly string[]> {
  const limit = Date.now() + SERVER_LIMIT_MS;
  for (;;) {
    const lines = read()
      .split("\n")
      .filter((line) => line !== "");
    const codes = lines.filter((line) => line !== "started");
    const running = lines.length - 2 * codes.length;
    if (running === 0 || Date.now() > limit) return [...codes, ...Array<string>(running).fill("running")];
    await setTimeout(50);
  }
}

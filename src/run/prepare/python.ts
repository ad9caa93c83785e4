// Which Python runs the models.
import { execFile } from "node:child_process";
import { isAbsolute, resolve } from "node:path";
import { found, problem, type Result } from "../../base/result.ts";
import { absolutePath, isProgram, type Programs, programsNamed } from "../../system/programs.ts";
import { passedEnvironment } from "../worker/passed-environment.ts";
import { readVersion } from "./read-python.ts";

/** The oldest Python that the worker program understands. */
const OLDEST = [3, 9] as const;

/** How long an interpreter may take to say its version. */
const PROBE_MS = 30_000;

// Understood by every Python, also by those that are too old.
const PROBE = "import sys; sys.stdout.write('%d.%d.%d\\n%s' % (sys.version_info[:3] + (sys.executable,)))";

/** An interpreter by its name. */
export interface WantedPython {
  /** An absolute path, or a name that the `PATH` leads to. */
  readonly program: string;
  /** Where the name comes from, in words. */
  readonly origin: string;
}

/** An interpreter that can run models. */
export interface Python {
  /** What is started. */
  readonly command: string;
  readonly version: string;
  /** Where it was found, in words. */
  readonly origin: string;
}

/** The interpreter that runs models: what is to be started. */
export async function findPython(
  wanted: WantedPython | undefined,
  root: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Result<string>> {
  const python = await lookForPython(wanted, root, environment);
  return python.kind === "problem" ? python : found(python.value.command);
}

/**
 * Looks at the interpreter that is wanted, `VIRTUAL_ENV`, `.venv` in the root and `python3`, in this order, and asks once. When only some
 * `programs` may be started, another one is not asked: its version is read from the files around it.
 */
export async function lookForPython(
  wanted: WantedPython | undefined,
  root: string,
  environment: Readonly<Record<string, string | undefined>>,
  programs?: Programs,
): Promise<Result<Python>> {
  // The promise that no process is left needs process groups and `fork`.
  if (process.platform === "win32") return problem("models cannot be run on Windows, only on Linux and macOS");
  const { program: name, origin } = wanted ?? defaultPython(root, environment);
  const command = isAbsolute(name) ? name : programsNamed(name, environment)[0];
  const hint = wanted === undefined ? "; install Python 3.9 or later, or name one with the option `python`" : "";
  const missing = problem(`${origin} is not a Python that can be started${hint}`);
  if (command === undefined) return missing;
  if (programs?.has(command) === false) {
    return isProgram(command)
      ? withSupportedVersion({ command, version: (await readVersion(command)) ?? UNKNOWN, origin })
      : missing;
  }
  const answer = await probe(command, programs?.environment ?? environment);
  if (answer === undefined) return missing;
  const [version = "", executable = ""] = answer.split("\n").slice(-2); // a script around it may have said more
  // What the PATH leads to may be a script that starts Python: ask it once, not for every worker.
  const started = name === "python3" && executable !== "" ? executable : command;
  return withSupportedVersion({ command: started, version, origin });
}

/** Said of an interpreter that is not started, and does not say its version in another way. */
const UNKNOWN = "unknown version";

function withSupportedVersion(python: Python): Result<Python> {
  const { version, origin } = python;
  if (version === UNKNOWN || isNewEnough(version)) return found(python);
  return problem(`${origin} is Python ${version}; Python ${OLDEST.join(".")} or later is needed`);
}

function defaultPython(root: string, environment: Readonly<Record<string, string | undefined>>): WantedPython {
  const { VIRTUAL_ENV: active } = environment;
  if (active) return { program: resolve(active, "bin", "python"), origin: "the Python of VIRTUAL_ENV" };
  const beside = resolve(root, ".venv", "bin", "python");
  if (isProgram(beside)) return { program: beside, origin: "the Python of .venv" };
  return { program: "python3", origin: "`python3`" };
}

/** Version and executable, on two lines. */
function probe(
  command: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  return new Promise((answer) => {
    // What is found may be a script that looks for others.
    const env = { ...passedEnvironment(environment, []), PATH: absolutePath(environment["PATH"]) };
    const options = { env, timeout: PROBE_MS, killSignal: "SIGKILL" } as const;
    try {
      const child = execFile(command, ["-S", "-c", PROBE], options, (error, stdout) => {
        answer(error === null ? stdout : undefined);
      });
      child.stdin?.end();
    } catch {
      answer(undefined);
    }
  });
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

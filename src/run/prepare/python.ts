// Finds the Python interpreter that runs the models.
import { execFile } from "node:child_process";
import { isAbsolute, resolve } from "node:path";
import { found, problem, type Result } from "../../base/result.ts";
import { absolutePath, isProgram, type Programs, programsNamed } from "../../system/programs.ts";
import { passedEnvironment } from "../worker/passed-environment.ts";
import { PROBE, readProbe, versionProblem } from "../worker/python-version.ts";
import { readVersion } from "./read-python.ts";

/** How long an interpreter may take to print its version. */
const PROBE_MS = 30_000;

/** An interpreter that the user selected. */
export interface WantedPython {
  /** An absolute path, or a name to look up in `PATH`. */
  readonly program: string;
  /** How messages describe it, including the setting that names it. */
  readonly origin: string;
}

/** An interpreter that can run models. */
export interface Python {
  /** The program to start. */
  readonly command: string;
  readonly version: string;
  /** How messages describe it. */
  readonly origin: string;
}

/** Finds the interpreter that runs models, and returns its command. */
export async function findPython(
  wanted: WantedPython | undefined,
  root: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Result<string>> {
  const python = await lookForPython(wanted, root, environment);
  return python.kind === "problem" ? python : found(python.value.command);
}

/**
 * Uses the first of: the wanted interpreter, `VIRTUAL_ENV`, `.venv` in the root, and `python3`. The interpreter is started
 * once to print its version. If it is not one of the `programs` that may be started, its version is read from files instead.
 */
export async function lookForPython(
  wanted: WantedPython | undefined,
  root: string,
  environment: Readonly<Record<string, string | undefined>>,
  programs?: Programs,
): Promise<Result<Python>> {
  // Stopping all processes of a worker requires process groups and `fork`.
  if (process.platform === "win32") return problem("models cannot be run on Windows; use Linux or macOS");
  const { program: name, origin } = wanted ?? defaultPython(root, environment);
  const command = isAbsolute(name) ? name : programsNamed(name, environment)[0];
  const hint = wanted === undefined ? "; install Python 3.9 or later, or set the option `python`" : "";
  const missing = problem(`${origin} is not a Python interpreter that can be started${hint}`);
  if (command === undefined) return missing;
  if (programs?.has(command) === false) {
    return isProgram(command)
      ? withSupportedVersion({ command, version: (await readVersion(command)) ?? UNKNOWN, origin })
      : missing;
  }
  const answer = await probe(command, programs?.environment ?? environment);
  if (answer === undefined) return missing;
  const { version, executable } = readProbe(answer);
  // `python3` may be a wrapper script. Start the real interpreter, so that the script does not run for every worker.
  const started = name === "python3" && executable !== "" ? executable : command;
  return withSupportedVersion({ command: started, version, origin });
}

/** The version of an interpreter that may not be started and whose files do not contain it. */
const UNKNOWN = "unknown version";

function withSupportedVersion(python: Python): Result<Python> {
  const { version, origin } = python;
  const reason = version === UNKNOWN ? undefined : versionProblem(version, origin);
  return reason === undefined ? found(python) : problem(reason);
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
    // The program may be a script that looks up other programs in `PATH`.
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

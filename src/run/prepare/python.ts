// Which Python runs the models.
import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { found, problem, type Result } from "../result.ts";
import { passedEnvironment } from "../worker/passed-environment.ts";

/** The oldest Python that the worker program understands. */
const OLDEST = [3, 9] as const;

/** How long an interpreter may take to say its version. */
const PROBE_MS = 30_000;

// Understood by every Python, also by those that are too old.
const PROBE = "import sys; sys.stdout.write('%d.%d.%d\\n%s' % (sys.version_info[:3] + (sys.executable,)))";

interface Candidate {
  readonly command: string;
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
  option: string | undefined,
  root: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Result<string>> {
  const python = await lookForPython(option, root, environment);
  return python.kind === "problem" ? python : found(python.value.command);
}

/** Looks at the `python` option, `VIRTUAL_ENV`, `.venv` in the root and `python3`, in this order, and asks once. */
export async function lookForPython(
  option: string | undefined,
  root: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Result<Python>> {
  // The promise that no process is left needs process groups and `fork`.
  if (process.platform === "win32") return problem("models cannot be run on Windows, only on Linux and macOS");
  const { command, origin } = await choose(option, root, environment);
  const answer = await probe(command, environment);
  if (answer === undefined) {
    const hint = option === undefined ? "; install Python 3.9 or later, or name one with the option `python`" : "";
    return problem(`${origin} is not a Python that can be started${hint}`);
  }
  const [version = "", executable = ""] = answer.split("\n").slice(-2); // a script around it may have said more
  if (!isNewEnough(version)) {
    return problem(`${origin} is Python ${version}; Python ${OLDEST.join(".")} or later is needed`);
  }
  // What the PATH leads to may be a script that starts Python: ask it once, not for every worker.
  const started = command === "python3" && executable !== "" ? executable : command;
  return found({ command: started, version, origin });
}

async function choose(
  option: string | undefined,
  root: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Candidate> {
  if (option !== undefined) {
    // A path is meant from here, not from the folder that the worker runs in.
    const command = basename(option) === option ? option : resolve(option);
    return { command, origin: `\`${option}\` (the option \`python\`)` };
  }
  const { VIRTUAL_ENV: active } = environment;
  if (active) return { command: join(active, "bin", "python"), origin: "the Python of VIRTUAL_ENV" };
  const beside = join(root, ".venv", "bin", "python");
  if (await exists(beside)) return { command: beside, origin: "the Python of .venv" };
  return { command: "python3", origin: "`python3`" };
}

/** Version and executable, on two lines. */
function probe(
  command: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  return new Promise((answer) => {
    const options = { env: passedEnvironment(environment, []), timeout: PROBE_MS, killSignal: "SIGKILL" } as const;
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

async function exists(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

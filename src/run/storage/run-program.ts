// Runs a program that prints credentials, such as `aws` or `gcloud`, without a shell.
import { spawn } from "node:child_process";
import { found, problem, type Result } from "../../base/result.ts";
import type { Environment } from "../../system/environment.ts";
import { killGroup } from "../../system/kill-group.ts";
import { absolutePath, programsNamed } from "../../system/programs.ts";

/** How long a program may run, in milliseconds. Some refresh a token over the network. */
const LIMIT_MS = 30_000;

const MAX_OUTPUT = 1024 * 1024;

/**
 * The standard output of a program on the `PATH`, or with an absolute path; `undefined` if it is not installed. Messages contain
 * nothing that the program printed, which may be secret. `input` is its standard input.
 */
export async function outputOf(
  [name, ...args]: readonly [string, ...string[]],
  environment: Environment,
  signal: AbortSignal,
  input = "",
): Promise<Result<string> | undefined> {
  const program = name.startsWith("/") ? name : programsNamed(name, environment)[0];
  if (program === undefined) return undefined;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: "/",
      env: { ...environment, PATH: absolutePath(environment["PATH"]) },
      stdio: ["pipe", "pipe", "ignore"],
      detached: true,
    });
    // A program that does not read its input closes the pipe.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    const kill = (): void => killGroup(child);
    const limit = setTimeout(kill, LIMIT_MS);
    signal.addEventListener("abort", kill, { once: true });
    const chunks: Buffer[] = [];
    let size = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_OUTPUT) chunks.push(chunk);
      else kill();
    });
    const end = (result: Result<string>): void => {
      clearTimeout(limit);
      signal.removeEventListener("abort", kill);
      if (signal.aborted) reject(signal.reason);
      else resolve(result);
    };
    child.on("error", () => end(problem(`the program \`${name}\` cannot be started`)));
    child.on("close", (code, killed) => {
      if (code === 0 && size <= MAX_OUTPUT) return end(found(Buffer.concat(chunks).toString("utf8")));
      const why = killed === null ? `failed with exit code ${code}` : `did not finish within ${LIMIT_MS / 1000} s`;
      end(problem(`the program \`${name}\`, which provides credentials, ${why}`));
    });
  });
}

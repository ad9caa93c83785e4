// The results of `compile()` of the installed Pythons for sources.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "../golden.ts";

/** An error of Python. Without a line it is about the whole file; without a message the compiler was exhausted. */
export interface Refused {
  readonly line: number | null;
  readonly message: string | null;
}

export type Question = { readonly text: string } | { readonly path: string };

const NAMES = ["python3", "python3.9", "python3.10", "python3.11", "python3.12", "python3.13", "python3.14"];

/** The installed Pythons from 3.9 on, `python3` first. `PYTHONS` names others, separated by colons. */
export function pythonsAtHand(): readonly string[] {
  const more = process.env["PYTHONS"]?.split(":") ?? [];
  const versions = new Map<string, string>();
  for (const name of [...NAMES, ...more]) {
    const run = spawnSync(name, ["-c", "import sys; print(*sys.version_info[:2])"], { encoding: "utf8" });
    const [, minor] = /^3 (\d+)/.exec(run.status === 0 ? run.stdout : "") ?? [];
    if (minor !== undefined && Number(minor) >= 9 && !versions.has(minor)) versions.set(minor, name);
  }
  return [...versions.values()];
}

/** Asks one Python about sources, in their order. */
export async function compileWith(
  python: string,
  questions: readonly Question[],
): Promise<readonly (Refused | null)[]> {
  const oracle = spawn(python, [join(ROOT, "test/tools/python-compile.py")], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(oracle, "close");
  oracle.stdin.end(questions.map((question) => `${JSON.stringify(question)}\n`).join(""));
  const answers: (Refused | null)[] = [];
  for await (const line of createInterface({ input: oracle.stdout })) answers.push(JSON.parse(line));
  const [code] = await ended;
  if (code !== 0 || answers.length !== questions.length) throw new Error(`${python} ended with ${code}`);
  return answers;
}

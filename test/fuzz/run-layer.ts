// Starts the process that feeds a layer and returns its result, even if it crashed or was ended.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Finding, Fuzzed } from "./fuzz.ts";

/** How long to fuzz, the first seed, and the folder for findings. */
export interface Fuzzing {
  readonly seconds: number;
  readonly seed: number;
  readonly folder: string;
}

/** Fuzzes a layer. */
export async function runLayer(layer: string, { seed, seconds, folder }: Fuzzing): Promise<Fuzzed> {
  const script = fileURLToPath(new URL("fuzz.ts", import.meta.url));
  const args = ["--max-old-space-size=3000", "--import", "tsx", script, layer, String(seed), String(seconds), folder];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  const last = out.trimEnd().split("\n").at(-1) ?? "";
  if (last.startsWith("{")) return JSON.parse(last) as Fuzzed;
  return { inputs: 0, findings: [await crashed(layer, seed, folder, `${signal ?? `exit code ${code}`}\n${err}`)] };
}

/** The finding for a process that crashed or had to be ended: the input that it was working on. */
async function crashed(layer: string, seed: number, folder: string, message: string): Promise<Finding> {
  const current = join(folder, `${layer}.current`);
  const file = join(folder, `${layer}-${seed}-crash`);
  writeFileSync(file, existsSync(current) ? readFileSync(current) : "");
  return { message, seed, file };
}

/** A finding for people: what is wrong, the input, and how to reproduce it. */
export function describeFinding(layer: string, { message, seed, file }: Finding): string {
  const input = readFileSync(file, "latin1");
  const shown = input.length > 2000 ? `${input.slice(0, 2000)}…` : input;
  return `${layer}, seed ${seed}: ${message}\ninput (Latin-1, in ${file}):\n${JSON.stringify(shown)}`;
}

// Feeds one layer for some seconds. `run-layer.ts` starts this process, so that a crash or an endless loop is noticed.
// Batches have consecutive seeds. Prints the result as one line of JSON.
import { ftruncateSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import type { Layer } from "./layer.ts";
import { LAYERS } from "./layers.ts";
import { shrunk } from "./shrink.ts";

/** The maximum processor time of one input, in milliseconds. A few milliseconds are usual. */
const LIMIT_MS = 10_000;
const BATCH = 100;
/** A run stops after this many findings. */
const MOST = 5;
const SHRINKING_MS = 60_000;

/** An input that violates a property. */
export interface Finding {
  readonly message: string;
  readonly seed: number;
  /** The file with the shrunk input. */
  readonly file: string;
}

/** The result of a run of one layer. */
export interface Fuzzed {
  readonly inputs: number;
  readonly findings: readonly Finding[];
}

const [name, seedText, secondsText, folder = "."] = process.argv.slice(2);
const layer = LAYERS.find((each) => each.name === name);
if (layer === undefined) throw new Error(`there is no layer "${name}"`);
const report = await fuzz(layer, Number(seedText), Number(secondsText) * 1000, folder);
writeSync(1, `${JSON.stringify(report)}\n`);
process.exit(report.findings.length > 0 ? 1 : 0);

async function fuzz({ name, inputs, check, begin, end }: Layer, first: number, ms: number, folder: string) {
  mkdirSync(folder, { recursive: true });
  const state = new Int32Array(new SharedArrayBuffer(8));
  const workerData = { shared: state.buffer, limitMs: LIMIT_MS };
  new Worker(new URL("watchdog.mjs", import.meta.url), { workerData, execArgv: [] }).unref();
  const current = openSync(join(folder, `${name}.current`), "w");
  let count = 0;
  const tryOne = async (input: string): Promise<void> => {
    count += 1;
    ftruncateSync(current);
    writeSync(current, Buffer.from(input, "latin1"), 0, undefined, 0);
    Atomics.add(state, 0, 1);
    Atomics.store(state, 1, 1);
    try {
      await check(input);
    } finally {
      Atomics.store(state, 1, 0);
    }
  };
  const found = new Map<string, Finding>();
  await begin?.();
  const until = Date.now() + ms;
  for (let seed = first; (Date.now() < until || seed === first) && found.size < MOST; seed++) {
    const property = fc.asyncProperty(inputs, tryOne);
    const outcome = await fc.check(property, { seed, numRuns: BATCH, interruptAfterTimeLimit: SHRINKING_MS });
    const [input] = outcome.counterexample ?? [];
    if (input === undefined) continue;
    const message = await messageOf(tryOne, input);
    if (message === undefined || found.has(kindOf(message))) continue;
    const deadline = Date.now() + SHRINKING_MS;
    const small = await shrunk(input, async (text) => {
      const other = Date.now() < deadline ? await messageOf(tryOne, text) : undefined;
      return other !== undefined && kindOf(other) === kindOf(message);
    });
    const file = join(folder, `${name}-${seed}`);
    writeFileSync(file, Buffer.from(small, "latin1"));
    found.set(kindOf(message), { message: (await messageOf(tryOne, small)) ?? message, seed, file });
  }
  await end?.();
  return { inputs: count, findings: [...found.values()] } satisfies Fuzzed;
}

async function messageOf(tryOne: (input: string) => Promise<void>, input: string): Promise<string | undefined> {
  try {
    await tryOne(input);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

/** Numbers and names are removed from an error, because the same bug causes different ones. */
function kindOf(message: string): string {
  const lines = message.split("\n");
  const words = (lines[0] ?? "").replace(/\d+|`[^`]*`|".*"/g, "…").slice(0, 60);
  const place = lines.find((line) => /^\s+at .*\/(?:src|grammar)\//.test(line)) ?? "";
  return words + place;
}

// A run in which everything fails: datapoints that end, block or fill their process, workers that are killed, and a
// command line that is killed. In the end, every datapoint must have one row, and nothing else may be left.
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { MAIN } from "../dist.ts";
import { fixture } from "../golden.ts";
import { assertGone, newMark, type Row } from "./harness.ts";

/** What a datapoint does, by the first word of its id, and the types of error that it can have. */
const ACTS: Readonly<Record<string, readonly string[]>> = {
  good: [],
  forks: [],
  hides: [],
  raises: ["ValueError"],
  exhausted: ["MemoryError"],
  exits: ["WorkerEnded"],
  killed: ["WorkerEnded"],
  crashes: ["WorkerEnded"],
  memory: ["WorkerEnded"],
  loops: ["TimeLimit"],
  sleeps: ["TimeLimit"],
};

/** Acts that block a process until its time limit, so there are only a few of them. */
const SLOW = ["loops", "sleeps"];

/** How often such a process is killed before its time limit. */
const KILLED_WHILE_SLOW = 0.1;

export interface Chaos {
  readonly datapoints: number;
  /** The number of datapoints for each harmful act. */
  readonly each: number;
  /** The harmful acts; by default, all. */
  readonly acts?: readonly string[];
  /** The number of datapoints for each slow act. */
  readonly slow: number;
  readonly seed: number;
  /** The average time between two kills of a worker; workers are not killed, and restarts have their default limits, if it is absent. */
  readonly killWorkerMs?: number;
  /** The average lifetime of the command line; it is not killed if this is absent. */
  readonly killParentMs?: number;
  /** Where the models run; by default, on this machine. */
  readonly place?: ChaosPlace;
}

/** Options of the command line, and the environment and the mark of its processes. */
export interface ChaosPlace {
  readonly options: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly mark: string;
}

/** The result. */
export interface Figures {
  readonly rows: number;
  readonly errors: number;
  /** The number of processes that loaded the model. */
  readonly loads: number;
  readonly workersKilled: number;
  /** How often the command line was started. */
  readonly starts: number;
  /** The number of error rows because a worker was killed from outside repeatedly. */
  readonly killedTwice: number;
  readonly seconds: number;
}

/** Random numbers from 0 to 1 for a seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The ids of the datapoints, with the harmful ones at random positions. */
function plannedIds(
  { datapoints, each, slow, acts = Object.keys(ACTS).slice(1) }: Chaos,
  random: () => number,
): readonly string[] {
  const ids = Array.from({ length: datapoints }, (_, index) => `good-${index}`);
  for (const act of acts) {
    for (let count = 0; count < (SLOW.includes(act) ? slow : each); count++) {
      const index = Math.floor(random() * datapoints);
      ids[index] = `${act}-${index}`;
    }
  }
  return ids;
}

/** Runs until it is complete. Throws, with the seed, if a property does not hold. */
export async function runChaos(chaos: Chaos): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), "modelwright-chaos-"));
  try {
    return await runIn(folder, chaos);
  } catch (error) {
    console.error(`chaos failed with ${JSON.stringify(chaos)}; the same again: npm run chaos -- --seed ${chaos.seed}`);
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runIn(folder: string, chaos: Chaos): Promise<Figures> {
  const random = randomOf(chaos.seed);
  const ids = plannedIds(chaos, random);
  cpSync(fixture("run/chaos"), join(folder, "model"), { recursive: true });
  for (const name of ["out", "tmp"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "in.jsonl"), ids.map((id) => `{"id":"${id}"}\n`).join(""));
  const journal = join(folder, "journal");
  const output = join(folder, "out", "out.jsonl");
  const { mark, options = [], environment = process.env } = chaos.place ?? { mark: newMark() };
  const started = Date.now();
  const killedPids = new Set<number>();
  let starts = 0;
  let code: number | null = null;
  let before = "";
  while (code !== 0) {
    starts++;
    assert.ok(starts < 2000, "it comes to an end");
    const isLast = chaos.killParentMs === undefined;
    const killAfterMs = isLast ? undefined : 2 * random() * (chaos.killParentMs ?? 0);
    code = await start(folder, {
      mark,
      options,
      environment,
      journal,
      random,
      killAfterMs,
      killWorkerMs: chaos.killWorkerMs,
      killedPids,
    });
    assert.ok(
      !isLast || code === 0,
      `it ended with ${code}: ${readFileSync(join(folder, "log"), "utf8").slice(-2000)}`,
    );
    await assertGone(mark);
    const now = kept(join(folder, "out"));
    assert.ok(now.startsWith(before), "what was written stays byte for byte");
    before = now.slice(0, now.lastIndexOf("\n") + 1);
  }
  assert.equal(readdirSync(join(folder, "out")), ["out.jsonl"]);
  assert.equal(readdirSync(join(folder, "tmp")), []);
  const seconds = (Date.now() - started) / 1000;
  const events = readFileSync(journal, "utf8").split("\n");
  const loads = events.filter((line) => line.startsWith("load ")).length;
  const { errors, killedTwice } = judge(ids, readFileSync(output, "utf8"), events, killedPids);
  return { rows: ids.length, errors, loads, workersKilled: killedPids.size, starts, killedTwice, seconds };
}

/** The rows of an interrupted run: at the output path, or next to it if the run was killed. */
function kept(folder: string): string {
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
  return texts.reduce((longest, text) => (text.length > longest.length ? text : longest), "");
}

interface Attempt extends ChaosPlace {
  readonly journal: string;
  readonly random: () => number;
  readonly killAfterMs: number | undefined;
  readonly killWorkerMs: number | undefined;
  readonly killedPids: Set<number>;
}

/** A limit of restarts that no test reaches: workers that are killed from outside are not the fault of the model. */
const MANY = "1000000";

/** Starts the command line once, and kills its workers and perhaps the command line. Returns its exit code. */
async function start(folder: string, attempt: Attempt): Promise<number | null> {
  const { random } = attempt;
  const { killWorkerMs } = attempt;
  const many = killWorkerMs === undefined ? [] : ["--max-restarts", MANY, "--max-restarts-per-minute", MANY];
  const options = [
    "--batch-timeout",
    "2",
    ...many,
    "--max-errors",
    "all",
    "--resume",
    "--pass-env",
    "CHAOS_JOURNAL",
    ...attempt.options,
  ];
  const paths = ["--input", "in.jsonl", "--output", "out/out.jsonl"];
  const child = spawn(process.execPath, ["--", MAIN, "run", "model", ...paths, ...options], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      ...attempt.environment,
      TMPDIR: join(folder, "tmp"),
      CHAOS_JOURNAL: attempt.journal,
      MODELWRIGHT_MARK: attempt.mark,
    },
  });
  let log = "";
  child.stderr.on("data", (chunk) => {
    log = `${log}${chunk}`.slice(-10_000);
  });
  const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
  let isOver = false;
  const killWorkers = async (meanMs: number): Promise<void> => {
    // The first worker is killed as soon as it has loaded the model, so that even a fast run loses one.
    while (!isOver && !existsSync(attempt.journal)) await wait(20);
    let waitMs = 0;
    while (!isOver) {
      await wait(waitMs);
      waitMs = 2 * random() * meanMs;
      const pid = isOver ? undefined : currentWorker(attempt.journal, random);
      if (pid !== undefined && kill(pid)) attempt.killedPids.add(pid);
    }
  };
  const killing = killWorkerMs === undefined ? undefined : killWorkers(killWorkerMs);
  const signals = ["SIGKILL", "SIGKILL", "SIGKILL", "SIGINT", "SIGTERM"] as const;
  const signal = signals[Math.floor(random() * signals.length)];
  const timer =
    attempt.killAfterMs === undefined ? undefined : setTimeout(() => child.kill(signal), attempt.killAfterMs);
  const code = await ended;
  clearTimeout(timer);
  isOver = true;
  await killing;
  writeFileSync(join(folder, "log"), log);
  return code;
}

function currentWorker(journal: string, random: () => number): number | undefined {
  if (!existsSync(journal)) return undefined;
  const [, pid, ...batch] = readFileSync(journal, "utf8").trimEnd().split("\n").at(-1)?.split(" ") ?? [];
  const isSlow = batch.some((id) => SLOW.some((act) => id.startsWith(act)));
  return pid === undefined || (isSlow && random() > KILLED_WHILE_SLOW) ? undefined : Number(pid);
}

function kill(pid: number): boolean {
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    return false; // it has ended
  }
}

/** Whether every datapoint has its row, in order and with the expected content. */
function judge(
  ids: readonly string[],
  text: string,
  events: readonly string[],
  killedPids: ReadonlySet<number>,
): { readonly errors: number; readonly killedTwice: number } {
  assert.ok(text.endsWith("\n"), "the last line ends");
  const rows = text
    .trimEnd()
    .split("\n")
    .map((line): Row => JSON.parse(line));
  assert.is(rows.length, ids.length, "one row a datapoint");
  let errors = 0;
  let killedTwice = 0;
  for (const [index, id] of ids.entries()) {
    const row = rows[index];
    assert.equal([row?.index, row?.id], [index, id], "in the order of the input");
    const allowed = ACTS[id.split("-")[0] ?? ""] ?? [];
    if (row?.error !== undefined) errors++;
    if (allowed.length === 0 && row?.error === undefined) {
      assert.equal(row?.predictions, { id });
    } else if (!allowed.includes(row?.error?.type ?? "")) {
      // Any other row is allowed only if its process was killed from outside more than once.
      assert.match(row?.error?.message ?? `${id} was predicted`, /killed by SIGKILL/, JSON.stringify(row));
      const isKnown = events.some((line) => {
        const [kind, pid, ...batch] = line.split(" ");
        return kind === "predict" && batch.length === 1 && batch[0] === id && killedPids.has(Number(pid));
      });
      assert.ok(isKnown, `${id} is reported for a failure that it did not cause: ${JSON.stringify(row)}`);
      killedTwice++;
    }
  }
  assert.ok(2 * killedTwice <= killedPids.size, `${killedTwice} datapoints are reported for ${killedPids.size} kills`);
  return { errors, killedTwice };
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

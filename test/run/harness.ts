// Makes plans for the Python of `fixtures/run/` and runs them with a real interpreter.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as assert from "uvu/assert";
import type {
  CheckoutStep,
  ExecutionPlan,
  PlanArgument,
  PlanModel,
  PlanStep,
  PlanValue,
} from "../../src/plan/execution-plan.ts";
import { planHash } from "../../src/plan/hash.ts";
import { type Datapoint, type RunEvent, type RunOptions, type RunReport, run } from "../../src/run/index.ts";
import { fixture } from "../golden.ts";

/** A model in short, with defaults for everything that does not matter for the test. */
export interface Sketch {
  readonly id?: string;
  readonly name?: string;
  readonly universal?: boolean;
  /** Relative to the root, which is `fixtures/run/`. */
  readonly folder: string;
  /** Code of a repository instead of the folder. */
  readonly checkout?: Pick<CheckoutStep, "url" | "branch" | "commit" | "accessToken">;
  readonly load?: string;
  readonly predict?: string;
  readonly files?: Readonly<Record<string, PlanValue>>;
  readonly loadInputs?: Readonly<Record<string, PlanValue>>;
  readonly predictInputs?: Readonly<Record<string, PlanValue>>;
  readonly keys?: readonly string[];
  readonly maxSize?: PlanModel["batch"]["maxSize"];
  readonly device?: PlanModel["device"];
  readonly image?: PlanModel["image"];
  readonly settings?: PlanModel["settings"];
  readonly environment?: readonly string[];
}

/** The real interpreter of `python3`, so that runs do not start wrapper scripts. */
const PYTHON = execFileSync("python3", ["-c", "import sys; print(sys.executable, end='')"], { encoding: "utf8" });

const POSITION = { line: 1, column: 1, offset: 0 };
const SPAN = { file: "efemarai.yaml", start: POSITION, end: POSITION };

/** A plan of these models. */
export function planOf(...models: readonly Sketch[]): ExecutionPlan {
  const names = models.flatMap(({ environment = [] }) => environment);
  const content = {
    planVersion: 1,
    sources: [],
    environment: names.map((name) => ({ name, required: true, usedBy: [] })),
    models: models.map(modelOf),
  } as const;
  return { ...content, generator: "test", hash: planHash(content) };
}

/** The same plan with other models and its new hash. */
export function withModels(plan: ExecutionPlan, models: readonly PlanModel[]): ExecutionPlan {
  const { hash: _, generator, ...content } = { ...plan, models };
  return { ...content, generator, hash: planHash(content) };
}

function modelOf(sketch: Sketch): PlanModel {
  const { id = "model", folder, files = {}, maxSize = 1, device = "cpu", keys = [] } = sketch;
  const datapoints = { datapoints: { ref: `${id}/datapoints`, select: "all" } };
  const steps: PlanStep[] = [
    sketch.checkout === undefined
      ? { id: `${id}/repository`, kind: "source", needs: [], path: folder }
      : { id: `${id}/repository`, kind: "checkout", needs: [], ...sketch.checkout },
    ...Object.entries(files).map(
      ([name, url]): PlanStep => ({ id: `${id}/files/${name}`, kind: "fetch", needs: [], url, upload: true }),
    ),
    {
      id: `${id}/load`,
      kind: "load",
      needs: [],
      entrypoint: entrypoint(sketch.load ?? "load"),
      arguments: inputs(sketch.loadInputs ?? {}),
      output: { name: "model", type: "handle" },
    },
    {
      id: `${id}/predict`,
      kind: "predict",
      needs: [`${id}/load`],
      entrypoint: entrypoint(sketch.predict ?? "predict"),
      arguments: inputs(sketch.predictInputs ?? datapoints),
      output: { name: "predictions", keys: [...keys] },
    },
  ];
  const { name = id, universal = false, image, settings } = sketch;
  return {
    ...{ id, name, universal, device, batch: { maxSize }, span: SPAN },
    ...(image !== undefined && { image }),
    ...(settings !== undefined && { settings }),
    steps,
    stages: [steps.map((step) => step.id)],
  };
}

function entrypoint(text: string): { module: string; function: string } {
  const [module = "", name] = text.split(":");
  return name === undefined ? { module: "inference", function: module } : { module, function: name };
}

function inputs(values: Readonly<Record<string, PlanValue>>): PlanArgument[] {
  return Object.entries(values).map(([name, value]) => ({ name, type: "text", value, span: SPAN }));
}

/** One parsed line of the output. */
export interface Row {
  readonly index: number;
  readonly id: string;
  readonly model: string;
  readonly predictions?: unknown;
  readonly error?: { readonly type: string; readonly message: string; readonly traceback?: string };
}

export interface Result {
  readonly report: RunReport;
  readonly rows: readonly Row[];
  readonly lines: readonly string[];
  /** The output of the models. */
  readonly log: string;
  readonly events: readonly RunEvent[];
}

/** Runs a plan, collects the results, and verifies that no process is left. */
export async function runPlan(
  plan: ExecutionPlan,
  input: RunOptions["input"],
  options: Partial<RunOptions> = {},
): Promise<Result> {
  const lines: string[] = [];
  const events: RunEvent[] = [];
  const mark = newMark();
  const report = await run(plan, {
    root: fixture("run"),
    input,
    python: PYTHON,
    output: (line) => void lines.push(line),
    onEvent: (event) => events.push(event),
    ...options,
    environment: { ...process.env, ...options.environment, MODELWRIGHT_MARK: mark },
  });
  await assertGone(mark);
  const rows = lines.map((line): Row => JSON.parse(line));
  const log = events.flatMap((event) => (event.kind === "log" ? [event.text] : [])).join("\n");
  return { report, rows, lines, log, events };
}

/** Datapoints with only an id. */
export async function* named(...ids: readonly string[]): AsyncGenerator<Datapoint> {
  for (const id of ids) yield { id, inputs: {} };
}

/** Datapoints with only an id. Each of them exists only after `next` was called for the one before. */
export function oneByOne(...ids: readonly string[]): { datapoints: AsyncGenerator<Datapoint>; next: () => void } {
  let release = (): void => {};
  async function* slow(): AsyncGenerator<Datapoint> {
    for (const id of ids) {
      const wanted = new Promise<void>((resolve) => {
        release = resolve;
      });
      yield { id, inputs: {} };
      await wanted;
    }
  }
  return { datapoints: slow(), next: () => release() };
}

/** Datapoints with these inputs. */
export async function* given(...inputs: readonly Readonly<Record<string, unknown>>[]): AsyncGenerator<Datapoint> {
  for (const input of inputs) yield { inputs: input };
}

/** The rows in short: the id, and the prediction or the type of the error. */
export function outcomes(rows: readonly Row[]): readonly string[] {
  return rows.map(({ id, error }) => (error === undefined ? id : `${id}: ${error.type}`));
}

/** The prediction for each datapoint, as maps. */
export function predictions(rows: readonly Row[]): readonly Readonly<Record<string, unknown>>[] {
  return rows.map(({ predictions = {} }) => ({ ...(predictions as object) }));
}

let marks = 0;

/** A text that only the processes of one run have in their environment. */
export function newMark(): string {
  return `${process.pid}-${marks++}`;
}

/** The processes with a mark, without those that have ended and are not yet collected. */
export function marked(mark: string): readonly number[] {
  if (!existsSync("/proc/self/environ")) return [];
  const ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return ids.filter((id) => isMarked(id, mark)).map(Number);
}

function isMarked(id: string, mark: string): boolean {
  try {
    if (!readFileSync(`/proc/${id}/environ`, "latin1").split("\0").includes(`MODELWRIGHT_MARK=${mark}`)) return false;
    return !/\) [ZX] /.test(readFileSync(`/proc/${id}/stat`, "latin1"));
  } catch {
    return false; // it has ended, or belongs to another user
  }
}

/** The time after which a remaining process is a failure. Processes of tests sleep for an hour, so none ends by itself before. */
export const HANG_MS = 60_000;

/** Waits until all processes with a mark have ended. Fails if they do not end; with 0, if one still exists now. */
export async function assertGone(mark: string, withinMs = HANG_MS): Promise<void> {
  const end = Date.now() + withinMs;
  while (marked(mark).length > 0) {
    assert.ok(Date.now() < end, `processes are left: ${marked(mark).join(", ")}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

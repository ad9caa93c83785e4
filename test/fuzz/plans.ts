// Plans as they are read again: as JSON by generated bindings, and as objects by `emit` and `run`. No process is
// started, because the interpreter does not exist, so every plan ends with messages.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import * as assert from "uvu/assert";
import { InvariantError } from "../../src/base/invariant.ts";
import { emit, textEmitter } from "../../src/emit/emit.ts";
import { planHash } from "../../src/plan/hash.ts";
import { type ExecutionPlan, executionPlan } from "../../src/plan/schema.ts";
import { defineModel } from "../../src/run/client/define-model.ts";
import { ModelError } from "../../src/run/client/errors.ts";
import { run } from "../../src/run/run.ts";
import { casesOf } from "../fixtures.ts";
import { fixture } from "../golden.ts";
import { changed } from "./corpus.ts";
import type { Layer } from "./layer.ts";
import { changedTrees, NAMES, type Tree } from "./trees.ts";

const plans = casesOf("accept").map((name) => readFileSync(fixture("accept", name, "plan.json"), "utf8"));

const latin1 = (text: string) => Buffer.from(text, "utf8").toString("latin1");

const WORDS = [
  ...'{ } [ ] , : " null true 1e400 -0 \\u0000 \\ud800'.split(" "),
  ...NAMES.map((name) => JSON.stringify(name)),
];

let root = "";

export const planJson: Layer = {
  name: "plans",
  inputs: fc.oneof(
    {
      weight: 5,
      arbitrary: changedTrees(plans.map((plan) => JSON.parse(plan) as Tree)).map((tree) =>
        latin1(JSON.stringify(tree)),
      ),
    },
    { weight: 1, arbitrary: changed(plans.map(latin1), WORDS.map(latin1)) },
  ),
  begin: () => {
    root = mkdtempSync(join(tmpdir(), "modelwright-fuzz-"));
    writeFileSync(join(root, "inference.py"), "");
  },
  end: () => rmSync(root, { recursive: true, force: true }),
  check: async (input) => {
    const text = Buffer.from(input, "latin1").toString("utf8");
    const given = readJson(text);
    await judgeStart("detector", text);
    if (!isPlan(given)) return;
    // An attacker can compute a hash too.
    const plan = { ...given, hash: planHash(given) };
    for (const { id } of plan.models) await judgeStart(id, JSON.stringify(plan));
    judgeEmit(plan);
    await judgeRun(plan);
  },
};

function isPlan(plan: unknown): plan is ExecutionPlan {
  return executionPlan.safeParse(plan).success;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What generated bindings do with the plan. */
async function judgeStart(id: string, text: string): Promise<void> {
  const definition = { plan: "", root: ".", load: () => Promise.resolve({ default: text }) };
  const model = defineModel(id, undefined, definition as never);
  try {
    await model.start({ env: { PATH: "" }, python: "/nowhere/python", root } as never);
  } catch (error) {
    assert.instance(error, ModelError);
    for (const { message, step } of (error as ModelError).failures) judgeWords(message + step, text);
    return;
  }
  assert.unreachable("a model has started");
}

/** A contradictory plan may be rejected with a message. */
function judgeEmit(plan: ExecutionPlan): void {
  for (const target of ["ts", "js"] as const) {
    try {
      emit(plan, { root: "./", target }, textEmitter);
    } catch (error) {
      assert.instance(error, InvariantError, String((error as Error).stack));
    }
  }
}

async function judgeRun(plan: ExecutionPlan): Promise<void> {
  const none = async function* () {};
  const options = { root, environment: {}, input: none(), output: { write: () => {} }, python: "/nowhere/python" };
  const { failures } = await run(plan, options as never);
  assert.ok(failures.length > 0);
  for (const { message, step } of failures) judgeWords(message + step, JSON.stringify(plan));
}

function judgeWords(words: string, text: string): void {
  for (const slip of ["undefined", "[object ", "NaN", "TypeError", "is not a function"])
    if (words.includes(slip)) assert.ok(text.includes(slip), words);
}

// A plan runs only as it was built: after any change, it no longer matches its hash.
import { readFileSync } from "node:fs";
import * as assert from "uvu/assert";
import type { ExecutionPlan } from "../src/plan/execution-plan.ts";
import { contentHash, hasOwnHash, planHash } from "../src/plan/hash.ts";
import { executionPlan } from "../src/plan/schema.ts";
import { defineModel, ModelError, run } from "../src/run/index.ts";
import { describe } from "./describe.ts";
import { casesOf } from "./fixtures.ts";
import { fixture } from "./golden.ts";

const readPlan = (name: string): ExecutionPlan =>
  JSON.parse(readFileSync(fixture("accept", name, "plan.json"), "utf8"));

/** Copies of a tree, each with one changed leaf or one key or item added or removed, except where the hash ignores it. */
function* changesOf(tree: unknown, isTop = true): Generator<unknown> {
  if (Array.isArray(tree)) {
    yield [...tree, "more"];
    for (const [i, item] of tree.entries()) {
      yield tree.toSpliced(i, 1);
      for (const change of changesOf(item, false)) yield tree.with(i, change);
    }
  } else if (typeof tree === "object" && tree !== null) {
    yield { ...tree, more: 1 };
    yield JSON.parse(
      `${JSON.stringify(tree).slice(0, -1)}${Object.keys(tree).length > 0 ? "," : ""}"__proto__":{"a":1}}`,
    );
    for (const [key, value] of Object.entries(tree)) {
      if (isTop && (key === "hash" || key === "generator")) continue;
      const { [key as keyof typeof tree]: _, ...without } = tree;
      yield without;
      for (const change of changesOf(value, false)) yield { ...tree, [key]: change };
    }
  } else if (typeof tree === "string") {
    yield `${tree} `;
    yield tree.toUpperCase() === tree ? tree.toLowerCase() : tree.toUpperCase();
  } else {
    yield typeof tree === "number" ? tree + 1 : typeof tree === "boolean" ? !tree : 0;
  }
}

/** A plan without the parts that a comment changes. */
function withoutPositions(plan: ExecutionPlan): unknown {
  const isPosition = (key: string) => ["hash", "generator", "start", "end", "sha256"].includes(key);
  return JSON.parse(JSON.stringify(plan, (key, value) => (isPosition(key) ? undefined : value)));
}

/** What `start` of the generated bindings reports. */
async function failuresOf(plan: ExecutionPlan, text: string): Promise<readonly string[]> {
  const definition = { root: "/nowhere", plan: contentHash(plan).slice(0, 23), load: async () => ({ default: text }) };
  const model = defineModel(plan.models[0]?.id ?? "", undefined, definition);
  const error: unknown = await model.start({ env: {}, python: "/nowhere/python" } as never).catch((each) => each);
  assert.instance(error, ModelError);
  return (error as ModelError).failures.map(({ step, message }) => `${step}: ${message}`);
}

const EDITED = /^plan: `plan\.json` was edited after it was built: .*; run `modelwright build` again$/;

describe("an edited plan", (test) => {
  test("no longer matches its hash, after any change", () => {
    let count = 0;
    for (const name of casesOf("accept")) {
      const plan = readPlan(name);
      assert.ok(hasOwnHash(plan), name);
      for (const change of changesOf(plan)) {
        // A letter without another case, or a key added to itself, is not a change.
        if (JSON.stringify(change) === JSON.stringify(plan)) continue;
        assert.not.ok(hasOwnHash(change), JSON.stringify(change));
        count++;
      }
    }
    assert.ok(count > 5000, `${count}`);
    for (const other of [undefined, null, 1, "text", [], {}, { hash: 1 }, { hash: undefined }]) {
      assert.not.ok(hasOwnHash(other));
    }
    assert.not.ok(hasOwnHash(JSON.parse(`{"hash":"","a":${"[".repeat(5000)}${"]".repeat(5000)}}`)));
  });

  test("is not started by generated bindings, and the message says what to do", async () => {
    const plan = readPlan("universal");
    const text = JSON.stringify(plan);
    assert.not.ok((await failuresOf(plan, text)).some((each) => each.startsWith("plan:")));
    const literal = /"literal":"[^"]*"/.exec(text)?.[0] ?? "";
    assert.ok(literal.length > 0);
    for (const edited of [
      text.replace(literal, '"literal":"/etc/passwd"'),
      text.replace('"function":"', '"function":"other.'),
      text.replace(
        '"environment":[',
        '"environment":[{"name":"HOME","required":false,"usedBy":[]}'.concat(plan.environment.length > 0 ? "," : ""),
      ),
    ]) {
      assert.is.not(edited, text);
      const [first] = (await failuresOf(plan, edited)).filter((each) => each.startsWith("plan:"));
      assert.match(first ?? "", EDITED);
    }
    // With a new hash, it is not the plan from which the module was generated.
    const other = JSON.parse(text.replace(literal, '"literal":"x"'));
    const [first] = await failuresOf(plan, JSON.stringify({ ...other, hash: planHash(other) }));
    assert.match(first ?? "", "is not the plan from which the module was generated");
    // Newlines and spaces that an editor or Git changes are not part of the content.
    const loose = JSON.stringify(plan, undefined, 4).replaceAll("\n", "\r\n");
    assert.not.ok((await failuresOf(plan, loose)).some((each) => each.startsWith("plan:")));
  });

  test("is a different plan only if it behaves differently: positions and comments do not count", async () => {
    const plan = readPlan("universal");
    const moved = JSON.parse(
      JSON.stringify(plan).replaceAll(/"line":(\d+)/g, (_, line) => `"line":${Number(line) + 7}`),
    );
    moved.sources[0].sha256 = "0".repeat(64);
    assert.is.not(planHash(moved), plan.hash);
    assert.is(contentHash(moved), contentHash(plan));
    const text = JSON.stringify({ ...moved, hash: planHash(moved) });
    assert.not.ok((await failuresOf(plan, text)).some((each) => each.startsWith("plan:")));
    assert.match((await failuresOf(plan, JSON.stringify(moved)))[0] ?? "", EDITED);
    // All other keys count, regardless of their names.
    for (const change of changesOf(plan)) {
      const other = change as ExecutionPlan;
      const isPlan = executionPlan.safeParse(other).success;
      if (!isPlan || JSON.stringify(withoutPositions(other)) === JSON.stringify(withoutPositions(plan))) continue;
      assert.is.not(contentHash(other), contentHash(plan), JSON.stringify(change));
    }
  });

  test("is not run, and none of its content is used", async () => {
    const plan = readPlan("universal");
    const edited: ExecutionPlan = { ...plan, models: plan.models.map((model) => ({ ...model, name: "other" })) };
    const report = await run(edited, {
      root: "/nowhere",
      environment: {},
      input: "/nowhere",
      python: "/nowhere/python",
    });
    assert.equal(report, {
      plan: edited.hash,
      locks: [],
      models: [],
      failures: [
        {
          step: "plan",
          message:
            "the plan was edited after it was built: its content does not match its `hash`; run `modelwright build` again",
        },
      ],
      rows: 0,
      errors: 0,
      maxErrors: 0,
      tooManyErrors: false,
      interrupted: false,
    });
    const whole = await run(plan, { root: "/nowhere", environment: {}, input: "/nowhere", python: "/nowhere/python" });
    assert.not.ok(whole.failures.some(({ step }) => step === "plan"));
  });
});

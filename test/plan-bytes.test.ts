// The same definitions give the same bytes in every folder, locale and time zone, and in any order of files.
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import * as assert from "uvu/assert";
import { compile } from "../src/compile.ts";
import { nodeHost } from "../src/disk/host.ts";
import { canonicalJson, canonicalJsonPretty } from "../src/plan/canonical.ts";
import type { ExecutionPlan } from "../src/plan/execution-plan.ts";
import { planHash } from "../src/plan/hash.ts";
import { change, compileText, DEFINITION, PYTHON } from "./definitions.ts";
import { describe } from "./describe.ts";
import { casesOf, definitionOf } from "./fixtures.ts";
import { fixture, ROOT } from "./golden.ts";
import { inTemporaryFolder } from "./temporary.ts";

const cases = casesOf("accept");
const goldenPlan = (name: string) => readFileSync(fixture("accept", name, "plan.json"), "utf8");

function planText(files: readonly string[], cwd: string): string {
  const { plan } = compile(files, nodeHost(cwd));
  assert.ok(plan, files.join());
  return canonicalJsonPretty(plan);
}

describe("the bytes of a plan", (test) => {
  test("are canonical JSON", () => {
    for (const name of cases) {
      const text = goldenPlan(name);
      assert.is(canonicalJsonPretty(JSON.parse(text)), text, name);
      assert.ok(!text.includes("\r") && text.endsWith("}\n"), name);
    }
  });

  test("contain a hash of everything except the hash and the generator", () => {
    for (const name of cases) {
      const plan = JSON.parse(goldenPlan(name)) as ExecutionPlan;
      assert.is(planHash(plan), plan.hash, name);
      assert.is(planHash({ ...plan, generator: "other", hash: "" }), plan.hash, name);
      assert.is.not(planHash({ ...plan, environment: [{ name: "X", required: true, usedBy: [] }] }), plan.hash, name);
    }
  });

  test("contain no absolute path", () => {
    for (const name of cases) {
      assert.ok(!goldenPlan(name).includes(ROOT), name);
      assert.ok(!goldenPlan(name).includes(fixture("accept")), name);
    }
  });

  test("are the same from every working directory", () => {
    for (const name of cases) {
      const folder = fixture("accept", name);
      const file = definitionOf(folder);
      assert.is(planText([file], folder), goldenPlan(name), name);
      assert.is(planText([`${name}/${file}`], fixture("accept")), goldenPlan(name), name);
      assert.is(planText([join("fixtures/accept", name, file)], ROOT), goldenPlan(name), name);
      assert.is(planText([join(folder, file)], "/"), goldenPlan(name), name);
    }
  });

  test("are the same in a copy and through a symbolic link", () => {
    inTemporaryFolder({}, (folder) => {
      cpSync(fixture("accept", "universal"), join(folder, "some where/else"), { recursive: true });
      assert.is(planText(["some where/else/model.yaml"], folder), goldenPlan("universal"));
      symlinkSync(join(folder, "some where"), join(folder, "link"), "dir");
      assert.is(planText(["link/else/model.yaml"], folder), goldenPlan("universal"));
    });
  });

  test("are the same in another locale, time zone and environment", () => {
    const program = `
      import { compile } from ${JSON.stringify(`${ROOT}src/compile.ts`)};
      import { nodeHost } from ${JSON.stringify(`${ROOT}src/disk/host.ts`)};
      import { canonicalJsonPretty } from ${JSON.stringify(`${ROOT}src/plan/canonical.ts`)};
      const cases = ${JSON.stringify(cases.map((name) => [fixture("accept", name), definitionOf(fixture("accept", name))]))};
      for (const [folder, file] of cases) process.stdout.write(canonicalJsonPretty(compile([file], nodeHost(folder)).plan));
    `;
    const env = {
      PATH: process.env["PATH"],
      LANG: "tr_TR.UTF-8",
      LC_ALL: "tr_TR.UTF-8",
      TZ: "Pacific/Kiritimati",
      STAGE: "x",
    };
    const args = ["--import", "tsx", "--input-type=module", "--eval", program];
    const { stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: ROOT,
      env,
      encoding: "utf8",
      maxBuffer: 1 << 26,
    });
    assert.is(stdout, cases.map(goldenPlan).join(""), stderr);
  });

  const second = change(DEFINITION, "name: detector", "name: classifier");

  test("are the same for any order of files", () => {
    const files = { "b/efemarai.yaml": DEFINITION, "a/efemarai.yaml": second, "b/inference.py": PYTHON };
    const textOf = (given: readonly string[]) => {
      const { plan } = compileText(files, { given });
      return plan === undefined ? "none" : canonicalJsonPretty(plan);
    };
    const one = textOf(["a/efemarai.yaml", "b/efemarai.yaml"]);
    assert.is(textOf(["b/efemarai.yaml", "a/efemarai.yaml"]), one);
    assert.is(textOf(["b/efemarai.yaml", "a/efemarai.yaml", "b/efemarai.yaml"]), one);
  });

  test("change with the text of every source, and with nothing else", () => {
    const hash = (text: string, code = PYTHON) =>
      compileText({ "efemarai.yaml": text, "inference.py": code }).plan?.hash;
    assert.is(hash(DEFINITION), hash(DEFINITION, `${PYTHON}x = 1\n`));
    assert.is.not(hash(DEFINITION), hash(`${DEFINITION}# more\n`));
    assert.is.not(hash(DEFINITION), hash(second));
  });
});

/** Objects with keys that JSON.stringify and assignment do not handle. */
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: "binary" }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom("__proto__", "10", "9", "")), tie("value"), { maxKeys: 4 }),
  ),
})).value;

describe("canonical JSON", (test) => {
  test("parses to the same value, and is equal for equal values", () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value);
        assert.is(canonicalJson(JSON.parse(text)), text);
        assert.is(canonicalJson(JSON.parse(canonicalJsonPretty(value))), text);
        assert.is(canonicalJson(reversed(value)), text);
      }),
      { numRuns: 1000 },
    );
  });

  test("sorts keys by code unit", () => {
    assert.is(
      canonicalJson({ b: 1, a: 2, 10: 3, 9: 4, Z: 5, é: 6, "": 7 }),
      '{"":7,"10":3,"9":4,"Z":5,"a":2,"b":1,"é":6}',
    );
    assert.is(canonicalJson([-0, 1e21, 0.1, "\ud800", "\u2028"]), '[0,1e+21,0.1,"\\ud800","\u2028"]');
    assert.is(canonicalJsonPretty({ a: [], b: {}, c: [1] }), '{\n  "a": [],\n  "b": {},\n  "c": [\n    1\n  ]\n}\n');
  });

  test("rejects values that are not JSON", () => {
    for (const value of [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      new Map(),
      new Date(0),
      () => 1,
      1n,
      Symbol("x"),
      undefined,
    ]) {
      assert.throws(() => canonicalJson({ value: [value] }));
    }
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, child]) => [key, reversed(child)]),
  );
}

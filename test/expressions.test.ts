// The conformance suite of the expression language: `fixtures/expressions/cases.json`. Each case is one YAML value with
// the result of the compiler (a value of the plan, or findings) and the value that a function receives in real Python,
// as `repr` writes it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { memoryHost } from "../src/base/host.ts";
import { type Compilation, compile } from "../src/compile.ts";
import { canonicalJson } from "../src/plan/canonical.ts";
import type { ExecutionPlan, PlanArgument, PlanValue } from "../src/plan/execution-plan.ts";
import { describe } from "./describe.ts";
import { fixture } from "./golden.ts";
import { predictions, runPlan } from "./run/harness.ts";

/** One case. It has exactly one of `findings` and `plan`, and with `plan` exactly one of `python` and `problem`. */
interface Case {
  readonly about: string;
  /** The text after `value:`. Further lines are indented as needed. */
  readonly value: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** The codes of the errors. */
  readonly findings?: readonly string[];
  /** The value in the plan. */
  readonly plan?: PlanValue;
  /** The value that the function receives, as `repr` writes it; `<root>` is the folder of the definition. */
  readonly python?: string;
  /** Why a run does not start. */
  readonly problem?: string;
}

const FOLDER = fixture("expressions");
const FILE = join(FOLDER, "cases.json");
const cases: readonly Case[] = JSON.parse(readFileSync(FILE, "utf8"));
const definition = readFileSync(join(FOLDER, "efemarai.yaml"), "utf8");
const python = readFileSync(join(FOLDER, "inference.py"), "utf8");
const isUpdate = process.env["UPDATE"] === "1";

/** The definition with a value in its place. */
function textOf({ value }: Pick<Case, "value">): string {
  const lines = value.split("\n").map((line, index) => (index === 0 || line === "" ? line : `            ${line}`));
  return definition.replace(/^ {12}value:$/m, () => `            value: ${lines.join("\n")}`.replace(/ +$/m, ""));
}

function compiled(each: Case): Compilation {
  const files = new Map([
    ["efemarai.yaml", textOf(each)],
    ["inference.py", python],
  ]);
  return compile(["efemarai.yaml"], memoryHost(files));
}

function argumentOf(plan: ExecutionPlan): PlanArgument | undefined {
  const step = plan.models[0]?.steps.find(({ kind }) => kind === "predict");
  return step?.kind === "predict" ? step.arguments.find(({ name }) => name === "value") : undefined;
}

/** The result of the compiler for a case. */
function checked(each: Case): Pick<Case, "findings" | "plan"> & { readonly whole: ExecutionPlan | undefined } {
  const { diagnostics, plan } = compiled(each);
  if (plan === undefined) {
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    return { findings: [...new Set(errors.map(({ code }) => code))].sort(), whole: undefined };
  }
  const value = argumentOf(plan)?.value;
  return value === undefined ? { whole: plan } : { plan: value, whole: plan };
}

/** The result of a run for a case. */
async function received(
  plan: ExecutionPlan,
  environment: Case["environment"],
): Promise<Pick<Case, "python" | "problem">> {
  const root = mkdtempSync(join(tmpdir(), "modelwright-"));
  try {
    writeFileSync(join(root, "inference.py"), python);
    const inputs = async function* () {
      yield { id: "one", inputs: { image: "a.png" } };
    };
    const set = { UNSET: undefined, UNSET2: undefined, ...environment };
    const { rows, report } = await runPlan(plan, inputs(), { root, environment: set });
    const problems = report.failures.map(({ step, message }) => `${step}: ${message}`);
    if (problems.length > 0) return { problem: problems.join("\n") };
    assert.is(rows[0]?.error, undefined);
    const values = predictions(rows)[0]?.["values"] as Readonly<Record<string, string>>;
    return { python: String(values["value"]).replaceAll(root, "<root>") };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

describe("expressions: the conformance suite", (test) => {
  const seen: Case[] = [];

  test("has cases without duplicates", () => {
    assert.ok(cases.length >= 120);
    assert.is(new Set(cases.map(({ value, environment }) => JSON.stringify([value, environment]))).size, cases.length);
    assert.is(new Set(cases.map(({ about }) => about)).size, cases.length);
  });

  for (const each of cases) {
    test(`${each.about}: ${JSON.stringify(each.value).slice(0, 60)}`, async () => {
      const { about, value, environment, ...expected } = each;
      const { whole, ...found } = checked(each);
      const given = whole === undefined ? {} : await received(whole, environment);
      const actual = { ...found, ...given };
      seen.push({ about, value, ...(environment && { environment }), ...actual });
      // Compared as text, because comparing values reads a key named `constructor` as the type of a map.
      if (!isUpdate) assert.is(canonicalJson(actual), canonicalJson(expected));
    });
  }

  test(isUpdate ? "the file is written" : "the file is complete", () => {
    if (isUpdate) writeFileSync(FILE, `${JSON.stringify(seen, null, 1)}\n`);
    for (const { about, findings, plan, python: value, problem } of isUpdate ? seen : cases) {
      assert.is([findings, plan].filter((each) => each !== undefined).length, 1, about);
      assert.is([value, problem].filter((each) => each !== undefined).length, plan === undefined ? 0 : 1, about);
    }
  });
});

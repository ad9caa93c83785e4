// Predictions compared with the types that Python declares, and keys that become equal as text: real Python, as a user
// runs it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import type { ExecutionPlan } from "../../src/plan/execution-plan.ts";
import { defineModel } from "../../src/run/index.ts";
import { compileText } from "../definitions.ts";
import { describe } from "../describe.ts";
import { given, type Row, runPlan } from "./harness.ts";

const definition = (keys: string) => `models:
  - name: model
    repository: { url: . }
    runtime:
      load: { entrypoint: "calls:load", output: { name: model } }
      predict:
        entrypoint: calls:predict
        inputs: [{ name: datapoints, value: "\${datapoints}" }]
        output: { name: predictions, keys: [${keys}] }
`;

const HEADER = `from __future__ import annotations
from dataclasses import dataclass
from enum import Enum
from typing import Literal, NotRequired, Optional, TypedDict, Union
class Color(Enum):
    RED = "red"
    BLUE = "blue"
class Box(TypedDict):
    label: Literal["cat", "dog"]
    score: float
    note: NotRequired[str]
@dataclass
class Result:
    color: Color
    point: tuple[int, int]
    box: Optional[Box]
    names: dict[str, list[int]]
def load(): return 1
`;

/** Runs `predict`, which returns one prediction for each expression. Returns the rows. */
async function outcomesOf(
  annotation: string,
  expressions: readonly string[],
  { keys = "", strictTypes = true, code = HEADER } = {},
): Promise<readonly unknown[]> {
  const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
  try {
    const python = `${code}
def predict(datapoints) -> list[${annotation}]:
    return [[${expressions.join(", ")}][each.index] for each in datapoints]
`;
    writeFileSync(join(folder, "calls.py"), python);
    const { plan, diagnostics } = compileText({ "efemarai.yaml": definition(keys), "calls.py": python });
    assert.ok(plan, diagnostics.map(({ message }) => message).join(" "));
    const { rows, report } = await runPlan(plan, given(...expressions.map(() => ({}))), { root: folder, strictTypes });
    assert.equal(report.failures, []);
    return rows.map(({ predictions, error }: Row) => error?.message ?? predictions);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The message about each expression; \`undefined\` if it matches. */
async function mismatches(annotation: string, wanted: Readonly<Record<string, string | undefined>>): Promise<void> {
  const outcomes = await outcomesOf(annotation, Object.keys(wanted));
  const said = outcomes.map((outcome) =>
    typeof outcome === "string" && outcome.includes("expected") ? outcome : undefined,
  );
  assert.equal(said, Object.values(wanted), annotation);
}

describe("run: strict types", (test) => {
  test("declared literals, fields and members are compared", async () => {
    await mismatches("Box", {
      '{"label": "cat", "score": 0.5}': undefined,
      '{"label": "cat", "score": 1, "note": "x", "more": []}': undefined,
      '{"label": "bird", "score": 0.5}': 'label: expected "cat" | "dog", but got "bird"',
      '{"label": "dog"}': "score: expected a number, but got no value",
      '{"label": "dog", "score": "high"}': 'score: expected a number, but got "high"',
      '{"label": "dog", "score": float("nan"), "note": None}': "note: expected a string, but got None",
      "[1]": "expected the fields of `Box`, but got a list of length 1",
    });
    await mismatches("Result", {
      'Result(Color.RED, (1, 2), None, {"a": [1]})': undefined,
      'Result("red", [1, True], {"label": "cat", "score": 2**60}, {})': undefined,
      'Result("green", (1, 2), None, {})': 'color: expected "red" | "blue", but got "green"',
      'Result("red", (1, 2, 3), None, {})': "point: expected a list of length 2, but got a list of length 3",
      'Result("red", (1, 2.5), None, {})': "point[1]: expected an integer, but got 2.5",
      'Result("red", (1, 2), {"label": "x", "score": 1}, {})': 'box.label: expected "cat" | "dog", but got "x"',
      'Result("red", (1, 2), 5, {})': "box: expected the fields of `Box` | None, but got 5",
      'Result("red", (1, 2), None, {"a": [1], "b": ["2"]})': 'names.b[0]: expected an integer, but got "2"',
    });
    await mismatches("Union[str, int, None]", {
      '"a"': undefined,
      "1": undefined,
      None: undefined,
      "1.5": "expected a string | an integer | None, but got 1.5",
    });
  });

  test("undeclared values match, and without the option all do", async () => {
    for (const annotation of ["dict", "object", "Missing"]) {
      const outcomes = await outcomesOf(annotation, ['{"a": 1}', '{"a": "x"}']);
      assert.equal(outcomes, [{ a: 1 }, { a: "x" }], annotation);
    }
    const outcomes = await outcomesOf("Box", ['{"label": "bird"}'], { strictTypes: false });
    assert.equal(outcomes, [{ label: "bird" }]);
  });

  test("an error row does not affect its batch, and bindings reject with the option `validate`", async () => {
    const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
    try {
      const python = `${HEADER}
def predict(datapoints) -> list[Box]:
    return [{"label": each["label"], "score": 1.0} for each in datapoints]
`;
      writeFileSync(join(folder, "calls.py"), python);
      const { plan } = compileText({ "efemarai.yaml": definition("label"), "calls.py": python });
      const origin = {
        root: folder,
        plan: plan?.hash ?? "",
        load: async () => ({ default: JSON.stringify(plan as ExecutionPlan) }),
      };
      const model = defineModel("model", undefined, origin);
      for (const validate of [true, false]) {
        const session = await model.start({ env: {}, validate } as never);
        const settled = [];
        const datapoints = [{ inputs: { label: "cat" } }, { inputs: { label: "cow" } }, { inputs: { label: "dog" } }];
        for await (const each of session.predictSettled(datapoints as never)) settled.push(each);
        await session.stop();
        assert.equal(
          settled.map(({ status }) => status),
          ["fulfilled", validate ? "rejected" : "fulfilled", "fulfilled"],
        );
        if (validate)
          assert.match(
            String((settled[1] as { reason?: unknown }).reason),
            'label: expected "cat" | "dog", but got "cow"',
          );
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("with the option `validate`, the inputs of datapoints are compared before they are sent", async () => {
    const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
    try {
      const python = `from typing import Literal, TypedDict

class Inputs(TypedDict, total=False):
    label: Literal["cat", "dog"]
    points: list[list[float]]

def load(): ...

def predict(datapoints: list[Inputs]) -> list[dict]:
    return [{"label": len(each)} for each in datapoints]
`;
      writeFileSync(join(folder, "calls.py"), python);
      const { plan } = compileText({ "efemarai.yaml": definition("label"), "calls.py": python });
      const load = async () => ({ default: JSON.stringify(plan as ExecutionPlan) });
      const model = defineModel("model", undefined, { root: folder, plan: plan?.hash ?? "", load });
      const session = await model.start({ env: {}, validate: true } as never);
      const expected: readonly (readonly [inputs: object, problem: string | undefined])[] = [
        [{ label: "cat", points: [[1, 2.5]] }, undefined],
        [{ label: "cow" }, 'inputs.label: expected "cat" | "dog", but got "cow"'],
        [{ points: [[1], ["2"]] }, 'inputs.points[1][0]: expected a number, but got "2"'],
        [{ other: new Float32Array(2) }, undefined],
      ];
      const problems = [];
      for await (const each of session.predictSettled(expected.map(([inputs]) => ({ inputs })) as never))
        problems.push(each.status === "rejected" ? each.reason.message : undefined);
      const one = await session.predictOne({ inputs: { label: "cow" } } as never).catch(({ message }) => message);
      await session.stop();
      for (const [index, [, wanted]] of expected.entries())
        if (wanted === undefined) assert.is(problems[index], undefined);
        else assert.match(problems[index] ?? "", wanted);
      assert.match(String(one), "inputs.label: expected");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("run: keys that become equal as text", (test) => {
  test("are an error of their datapoint, and no value is silently lost", async () => {
    const outcomes = await outcomesOf(
      "dict",
      ['{1: "a", "1": "b"}', '{"x": {True: 1, "true": 2}}', "{None: 1, 'null': 2}", "{1: 1, 2: 2}", '{1.0: 1, "1": 2}'],
      { strictTypes: false },
    );
    assert.equal(outcomes, [
      "the prediction has several keys that become '1' as text",
      "the prediction['x'] has several keys that become 'true' as text",
      "the prediction has several keys that become 'null' as text",
      { 1: 1, 2: 2 },
      { "1.0": 1, 1: 2 },
    ]);
  });
});

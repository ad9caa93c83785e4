// A key that is added only to the shape of a definition reaches every part that works with values.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { change, DEFINITION, PYTHON } from "./definitions.ts";
import { describe } from "./describe.ts";
import { ROOT } from "./golden.ts";

const TSC = join(ROOT, "node_modules/typescript/bin/tsc");

const KEY = 'patience_in_tests: optional(orExpression(integer(1), "How long a call may take, in seconds.")),\n    ';

/** The results of the copied compiler for a definition with the new key. */
const SCRIPT = `
import { memoryHost } from "./src/base/host.ts";
import { compile } from "./src/compile.ts";
import { describeKey } from "./grammar/keys.ts";
import { schemaText } from "./src/plan/json-schema.ts";
import { explain } from "./src/explain/explain.ts";
import { executionPlan } from "./src/plan/schema.ts";
import { unsetVariables } from "./src/run/values/environment.ts";
import { planRedactor } from "./src/run/secrets/redaction.ts";

const [good, wrong, python] = JSON.parse(process.argv[2]);
const hostOf = (text) => memoryHost(new Map([["efemarai.yaml", text], ["inference.py", python]]));
const { graph, plan } = compile(["efemarai.yaml"], hostOf(good));
const codes = (text, environment) => compile(["efemarai.yaml"], hostOf(text), { environment }).diagnostics.map(
  ({ code, span }) => code + " " + span.source.text.slice(span.start, span.end));
const secret = "s3cr3t-value-of-the-variable";
console.log(JSON.stringify({
  edges: graph.bound.graph.edges.filter(({ from }) => from === "env/PATIENCE_SECONDS").map(({ to }) => to),
  planned: plan.models[0].settings,
  isPlan: executionPlan.safeParse(plan).success,
  environment: plan.environment,
  unset: codes(good, {}),
  wrong: [...codes(wrong), ...codes(wrong.replace("patience_in_tests: 0", "patience_in_tests: \${NAME:-soon}"))],
  explained: explain(graph, [], "efemarai.yaml", { line: 9, column: 20 }),
  meaning: describeKey(["models", 0, "runtime", "patience_in_tests"]),
  schema: JSON.parse(schemaText("definition")).properties.models.items.properties.runtime.properties.patience_in_tests,
  preflight: [...unsetVariables(plan.models[0], {}).problems.keys()],
  redacted: planRedactor(plan, { environment: { PATIENCE_SECONDS: secret }, root: "/" })("it is " + secret),
}));
`;

describe("a new key of the definition", (test) => {
  test("reaches graph, checks, explain, plan, preflight, redactor and schema through one line of the shape", () => {
    const folder = mkdtempSync(join(tmpdir(), "modelwright-"));
    try {
      for (const name of ["src", "grammar", "package.json", "tsconfig.json"]) {
        cpSync(join(ROOT, name), join(folder, name), { recursive: true });
      }
      symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
      const shape = join(folder, "grammar/definition.ts");
      writeFileSync(shape, change(readFileSync(shape, "utf8"), "image: optional(", `${KEY}image: optional(`));
      const compiled = spawnSync(process.execPath, [TSC, "--noEmit", "--pretty", "false", "-p", "."], {
        cwd: folder,
        encoding: "utf8",
      });
      assert.match(compiled.stdout, /^src\/run\/prepare\/settings\.ts.*"runtime\.patience_in_tests"' is missing/m);
      assert.is(compiled.stdout.match(/error TS/g)?.length, 1, "and nothing else fails to compile");
      writeFileSync(join(folder, "ask.ts"), SCRIPT);
      const good = change(
        DEFINITION,
        "      device: cpu\n",
        "      device: cpu\n      patience_in_tests: ${PATIENCE_SECONDS}\n",
      );
      const wrong = change(DEFINITION, "      device: cpu\n", "      device: cpu\n      patience_in_tests: 0\n");
      const args = ["--import", "tsx", "ask.ts", JSON.stringify([good, wrong, PYTHON])];
      const answer = JSON.parse(execFileSync(process.execPath, args, { cwd: folder, encoding: "utf8" }));
      assert.equal(answer.edges, ["m0.0/load"]);
      assert.equal(answer.planned, { load: { "runtime.patience_in_tests": { env: "PATIENCE_SECONDS" } } });
      assert.is(answer.isPlan, true);
      assert.equal(answer.environment, [{ name: "PATIENCE_SECONDS", required: true, usedBy: ["detector/load"] }]);
      assert.equal(answer.unset, ["missing-environment PATIENCE_SECONDS"]);
      assert.equal(answer.wrong, ["invalid-value 0", "wrong-type soon"]);
      assert.match(JSON.stringify(answer.explained), /PATIENCE_SECONDS/);
      assert.is(answer.meaning.description, "How long a call may take, in seconds.");
      assert.match(JSON.stringify(answer.schema), /How long a call may take, in seconds\./);
      assert.equal(answer.preflight, ["PATIENCE_SECONDS"]);
      assert.is(answer.redacted, "it is ***");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

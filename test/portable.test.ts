// `--portable` against the platform's SDK. `fixtures/portable/platform.json` contains the SDK's results for each case,
// `findings.txt` those of `check`. A Python with the SDK, such as the one in `MODELWRIGHT_PLATFORM_PYTHON`, is asked
// again.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { memoryHost } from "../src/base/host.ts";
import { positionAt } from "../src/base/source.ts";
import { PORTABILITY_KINDS } from "../src/check/portable/kinds.ts";
import { portabilityOf } from "../src/check/portable/portability.ts";
import { compile } from "../src/compile.ts";
import { describe } from "./describe.ts";
import { fixture, golden, ROOT } from "./golden.ts";
import { PORTABLE_CASES, type PortableCase, type Step } from "./portable-cases.ts";
import { processorTime } from "./processor-time.ts";

const FILE = fixture("portable", "platform.json");
const steps: Readonly<Record<string, Step>> = JSON.parse(readFileSync(FILE, "utf8"));

function compiled({ files, definition, environment }: PortableCase) {
  const host = memoryHost(new Map(Object.entries(files)));
  return compile([definition], host, { portable: true, ...(environment === undefined ? {} : { environment }) });
}

function findingsOf(each: PortableCase) {
  return compiled(each).diagnostics;
}

/** A repetition that makes a file expensive, with its environment. */
const REPEATED: Readonly<Record<string, (count: number) => string>> = {
  tabs: (count) => `x-a: [${"1,\t".repeat(count)}]\n`,
  "line breaks in a comment": (count) => `# ${"\x85 ".repeat(count)}a\n`,
  "control characters": (count) => `x-a: "${"\x7f".repeat(count)}"\n`,
  anchors: (count) => `x-a:\n${"  - &a 1\n".repeat(count)}`,
  "variables in comments": (count) => `${"# ${OLD} ${BIG}\n".repeat(count)}models: []\n`,
  "open braces in a comment": (count) => `# ${"${A".repeat(count)}\nmodels: []\n`,
  "large values": (count) => `x-a:\n${"  - a ${BIG}\n".repeat(count)}`,
  "names from large values": (count) =>
    `datasets:\n${Array.from({ length: count }, (_, i) => `  - {name: "a${i}\${BIG}", format: Custom, stage: test, data_url: "\${BIG}"}\n`).join("")}`,
};

/** The step that a message names; `works` for findings about values that the platform reads differently. */
function stepOf(message: string): Step {
  if (message.startsWith("The platform's checker stops here")) return "check";
  if (message.startsWith("`create` fails here")) return "create";
  return /^When .* stops here/.test(message) ? "run" : "works";
}

const ORDER: readonly Step[] = ["check", "create", "run", "works"];

const python = process.env["MODELWRIGHT_PLATFORM_PYTHON"] ?? "python3";
const hasSdk = spawnSync(python, ["-c", "import efemarai, pycocotools, tqdm"]).status === 0;

describe("--portable", (test) => {
  test("every case is committed", () => {
    assert.equal(Object.keys(steps), Object.keys(PORTABLE_CASES));
  });

  test("every kind has a case", () => {
    const found = new Set(
      Object.values(PORTABLE_CASES).flatMap((each) => [...portabilityOf(compiled(each).graph)].map(({ kind }) => kind)),
    );
    assert.equal(
      PORTABILITY_KINDS.filter((kind) => !found.has(kind)),
      [],
    );
  });

  test("no value of a variable is in a finding", () => {
    for (const [name, { environment = {}, ...each }] of Object.entries(PORTABLE_CASES)) {
      // The same values with a secret in them, which does not change how they are read.
      const secret = Object.entries(environment).map(([key, value]) => [key, `${value} q7Zw9`] as const);
      const before = findingsOf({ ...each, environment: Object.fromEntries(secret) });
      for (const value of [...Object.values(environment), "q7Zw9"].filter((each) => each.length > 2)) {
        const text = JSON.stringify(before.map(({ message, hint, fixes }) => [message, hint, fixes]));
        assert.not.ok(text.includes(JSON.stringify(value).slice(1, -1)) && !JSON.stringify(each).includes(value), name);
      }
    }
  });

  test("the findings of each case", () => {
    const lines = Object.entries(PORTABLE_CASES).map(([name, each]) => {
      const said = findingsOf(each).map(({ code, severity, message, hint, span }) => {
        const { line, column } = positionAt(span.source, span.start);
        return `  ${line}:${column} ${severity}[${code}] ${message}\n${hint === undefined ? "" : `    = ${hint}\n`}`;
      });
      return `${name}:\n${said.join("")}`;
    });
    golden(fixture("portable", "findings.txt"), lines.join("\n"));
  });

  for (const [name, each] of Object.entries(PORTABLE_CASES)) {
    test(`${name}: ${steps[name]}`, () => {
      const diagnostics = findingsOf(each);
      const errors = diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
      assert.equal(errors, [], "it is right here");
      const said = diagnostics.filter(({ code }) => code === "not-portable").map(({ message }) => message);
      const first = said.map(stepOf).sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b))[0];
      const step = steps[name] ?? "works";
      if (step !== "works") assert.ok(said.length > 0, "nothing is said");
      // A finding that depends on more than the definition names no step.
      if (first !== undefined && first !== "works") assert.is(first, step, said.join("\n"));
    });
  }

  for (const [name, make] of Object.entries(REPEATED)) {
    test(`${name}: the cost grows linearly`, () => {
      const environment = { BIG: "b c".repeat(3000) };
      const cost = (count: number) => {
        const files = { "efemarai.yaml": make(count) };
        return processorTime(() => void findingsOf({ definition: "efemarai.yaml", files, environment }));
      };
      const ratios: number[] = [];
      do ratios.push(cost(8000) / Math.max(cost(2000), 10));
      while (Math.min(...ratios) > 9 && ratios.length < 3);
      assert.ok(Math.min(...ratios) <= 9, ratios.join(", "));
    });
  }

  if (!hasSdk)
    console.log(`skipped: ${python} has no efemarai with pycocotools, so its committed answers are compared alone`);
  else {
    test("the SDK's answers are the committed ones", () => {
      const input = Object.values(PORTABLE_CASES).map(({ files, definition, environment, there }) => ({
        files,
        definition,
        environment: environment ?? there ?? {},
      }));
      const script = join(ROOT, "test/tools/platform_sdk.py");
      const { stdout, stderr } = spawnSync(python, [script], { input: JSON.stringify(input), encoding: "utf8" });
      if (stdout === "") throw new Error(stderr);
      const answers: readonly Step[] = JSON.parse(stdout);
      const found = Object.fromEntries(Object.keys(PORTABLE_CASES).map((name, i) => [name, answers[i]]));
      if (process.env["UPDATE"] === "1") writeFileSync(FILE, `${JSON.stringify(found, null, 1)}\n`);
      else assert.equal(found, steps);
    });
  }
});

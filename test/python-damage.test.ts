// All kinds of damage in every line of real modules: an intact function further down is still found, and only the damage
// is reported.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { memoryHost } from "../src/base/host.ts";
import { textOf } from "../src/base/source.ts";
import { compile } from "../src/compile.ts";
import { resolveFunction } from "../src/python/resolve.ts";
import { describe } from "./describe.ts";

const library = execFileSync("python3", ["-c", "import sysconfig; print(sysconfig.get_path('stdlib'))"], {
  encoding: "utf8",
}).trim();

/** Incomplete code on a line of its own, with the indentation of its place. */
const DAMAGE: Readonly<Record<string, string>> = {
  "an open bracket": "x = (",
  "an open call": "call(a, b=[1,",
  "an open dict": "x = {'a': 1,",
  "half a parameter": "def half(a, b: int = ",
  "half a header": "def half(self",
  "a class without an end": "class Half(",
  "a decorator without an end": "@half(1,",
  "merge markers": "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other",
  "half a merge": "<<<<<<< HEAD",
  "an unterminated string": 'x = "it goes on',
  "an unterminated apostrophe": "x = it's",
  "an unterminated f-string": 'x = f"{a',
  "a text without an end": 'x = """',
  "an extra bracket": "x = 1)",
  "a backslash": "x = 1 + \\",
  "half an import": "from a import (b,",
  "half a comprehension": "x = [a for",
  "a lambda": "x = lambda a, b=(",
};

const MODULES = ["json/decoder.py", "glob.py", "bisect.py"];

const PREDICT = `

def predict(model, datapoints, /, *, threshold: float = 0.5, **options) -> list[dict]:
    """Predicts."""
    return [{} for _ in datapoints]
`;

function damaged(lines: readonly string[], at: number, damage: string): string {
  const indent = /^[ \t]*/.exec(lines[at] ?? "")?.[0] ?? "";
  const inserted = damage.startsWith("<") ? damage : indent + damage;
  return [...lines.slice(0, at), inserted, ...lines.slice(at)].join("\n");
}

describe("python: damage in every line", (test) => {
  for (const [what, damage] of Object.entries(DAMAGE)) {
    test(`${what}: predict is found as written`, () => {
      for (const path of MODULES) {
        const lines = readFileSync(join(library, path), "utf8").split("\n");
        for (let at = 0; at <= lines.length; at++) {
          const text = damaged(lines, at, damage) + PREDICT;
          const host = memoryHost(new Map([["m.py", text]]));
          const found = resolveFunction(host, ".", { module: "m", function: "predict" });
          const where = `${path}:${at + 1}`;
          assert.is(found.kind, "found", where);
          if (found.kind !== "found") continue;
          // A decorator without an end may belong to the function.
          const doubts = found.doubts.filter(({ kind }) => !(kind === "decorator" && damage.startsWith("@")));
          assert.equal(doubts, [], where);
          const { parameters, returns, docstring, span } = found.signature;
          const shown = parameters.map(({ kind, name, annotation, default: value }) => {
            return [kind, name.text, annotation?.text, value?.text].join(" ").trim();
          });
          assert.equal(
            shown,
            [
              "positional-only model",
              "positional-only datapoints",
              "keyword-only threshold float 0.5",
              "var-keyword options",
            ],
            where,
          );
          assert.is(returns?.text, "list[dict]", where);
          assert.is(docstring, "Predicts.", where);
          assert.is(textOf(span), PREDICT.trim().split("\n", 1)[0], where);
        }
      }
    });
  }

  const DEFINITION = `models:
  - name: d7
    runtime:
      load:
        entrypoint: m:load
        inputs: [{ name: weights, value: small }]
        output: { name: model }
      predict:
        entrypoint: m:predict
        inputs:
          - { name: model, value: "\${model.runtime.load.output.model}" }
          - { name: datapoints, value: "\${datapoints}" }
        output: { name: found }
`;
  const LOAD = "def load(weights):\n    return weights\n\n\n";
  const BEHIND = "\n\ndef predict(model, datapoints):\n    return []\n";

  test("is one finding of any kind, and never an error about the entry points", () => {
    const counts = new Map<string, number>();
    // The third module imports names with `*`, so their values are unknown.
    for (const path of MODULES.slice(0, 2)) {
      const lines = readFileSync(join(library, path), "utf8").split("\n");
      for (const damage of Object.values(DAMAGE)) {
        for (let at = 0; at <= lines.length; at += 7) {
          const text = LOAD + damaged(lines, at, damage) + BEHIND;
          const files = new Map([
            ["efemarai.yaml", DEFINITION],
            ["m.py", text],
          ]);
          const { diagnostics } = compile(["efemarai.yaml"], memoryHost(files));
          const codes = diagnostics.map(({ code }) => code).join();
          assert.ok(codes === "" || codes === "python-syntax", `${path}:${at + 1} ${damage}: ${codes}`);
          counts.set(codes, (counts.get(codes) ?? 0) + 1);
        }
      }
    }
    // Inside of a text or a comment, much is not damage.
    const [clean = 0, found = 0] = [counts.get(""), counts.get("python-syntax")];
    assert.ok(found > clean, `${found} found, ${clean} not`);
  });
});

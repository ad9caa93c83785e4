// `$NAME` in text is replaced as by Python's `os.path.expandvars`, which is the oracle.
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import * as assert from "uvu/assert";
import { parseTemplate } from "../grammar/expression.ts";
import { describe } from "./describe.ts";

const VARIABLES: Readonly<Record<string, string>> = { A: "1", B_2: "two words", _C: "", a: "$B_2", TEAM: "x:y" };

/** The expansion of a text with these variables set and no others. */
function expanded(text: string): string {
  const parts = parseTemplate(text)?.parts ?? [{ kind: "text", value: text } as const];
  return parts
    .map((part) => {
      if (part.kind !== "expression") return part.kind === "text" ? part.value : assert.unreachable(text);
      const name = part.path[0].value;
      return Object.hasOwn(VARIABLES, name) ? VARIABLES[name] : text.slice(part.start, part.end);
    })
    .join("");
}

/** Texts without the deliberate differences: `$$`, digits after a `$`, and broken braces. */
const piece = fc.constantFrom(
  ...["$A", "$B_2", "$_C", "$a", "$TEAM", "$UNSET", "$1", "$ ", "${A}", "${UNSET}", "$models", "$datapoints_2"],
  ...["x", "_", "9", "/", ":", ".", "-", "é", "日", " ", "\n", "}", "{", ">", "%A%", "(", "😀"],
  "\n$A",
);
const texts = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join("").trimEnd());

describe("variables without braces", (test) => {
  test("expand as with `os.path.expandvars`", () => {
    const program = "import json,os,sys;print(json.dumps([os.path.expandvars(t) for t in json.load(sys.stdin)]))";
    const samples = fc.sample(texts, 5000);
    const { status, stdout, stderr } = spawnSync("python3", ["-I", "-c", program], {
      input: JSON.stringify(samples),
      encoding: "utf8",
      env: { ...VARIABLES, PATH: process.env["PATH"], PYTHONUTF8: "1" },
    });
    assert.is(status, 0, stderr);
    const wanted: readonly string[] = JSON.parse(stdout);
    let replaced = 0;
    for (const [i, text] of samples.entries()) {
      if (expanded(text) !== text) replaced += 1;
      assert.is(expanded(text), wanted[i], JSON.stringify(text));
    }
    assert.ok(replaced > 1000, String(replaced));
  });
});

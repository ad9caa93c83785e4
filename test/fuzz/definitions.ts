// Definitions as trees, with and without an environment, and next to other files that provide their runtime.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import { PYTHON } from "../definitions.ts";
import { casesOf, definitionOf } from "../fixtures.ts";
import { fixture } from "../golden.ts";
import { judge } from "./judge.ts";
import type { Layer } from "./layer.ts";
import { changedTrees, type Tree } from "./trees.ts";

const trees = casesOf("accept").map((name): Tree => {
  const folder = fixture("accept", name);
  return parse(readFileSync(join(folder, definitionOf(folder)), "utf8"), { merge: true }) as Tree;
});

const tree = changedTrees(trees);

/** The definition, and the file that may provide its runtime. */
const inputs = fc
  .tuple(tree, fc.option(tree, { nil: undefined }), fc.constantFrom("", "/unset", "/set"))
  .map((all) => JSON.stringify(all));

export const definitions: Layer = {
  name: "definitions",
  inputs: inputs.map((text) => Buffer.from(text, "utf8").toString("latin1")),
  check: (input) => {
    const read = readJson(input);
    if (!Array.isArray(read)) return;
    const [first, second, variables] = read;
    const environment = variables === "/set" ? { TOKEN: "x", A: "b" } : {};
    judge(
      {
        "efemarai.yaml": JSON.stringify(first ?? null),
        ...(second == null ? {} : { "code/efemarai.yaml": JSON.stringify(second) }),
        "inference.py": PYTHON,
        "code/inference.py": PYTHON,
      },
      { portable: true, pedantic: true, ...(variables ? { environment } : {}) },
    );
  },
};

function readJson(input: string): unknown {
  try {
    return JSON.parse(Buffer.from(input, "latin1").toString("utf8"));
  } catch {
    return undefined;
  }
}

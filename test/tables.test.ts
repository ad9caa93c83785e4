// The entries of a table are repeated in help, explanations and the bundle. If a new entry is missing there, a test fails and
// names the place.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { factsOf, schemesWith } from "../src/base/schemes.ts";
import { invalidAddress } from "../src/check/rules/invalid-address.ts";
import { modelwright } from "./command-line.ts";
import { describe } from "./describe.ts";
import { DIST } from "./dist.ts";
import { DIAGNOSES, EXPLANATIONS, FINDINGS, GRAPHS } from "./format-names.ts";
import { ROOT } from "./golden.ts";

const HELP = { check: FINDINGS, graph: GRAPHS, explain: EXPLANATIONS, doctor: DIAGNOSES };

describe("tables of formats", (test) => {
  for (const [command, names] of Object.entries(HELP)) {
    test(`the help of \`${command}\` names each format in the order of the table`, () => {
      const { out } = modelwright(ROOT, [command, "--help"]);
      const [, text = ""] = /--format <name>([\s\S]*?)(?:\n\s+-|\n\n|$)/.exec(out) ?? [];
      const words = new Set(text.match(/\w+/g));
      const named = [...words].filter((word) => names.some((name) => name === word));
      assert.equal(named, names);
    });
  }

  test("the documentation names each format of `check`", () => {
    for (const page of ["src/docs/commands.md", "src/docs/formats.md", "CONTRIBUTING.md"]) {
      const text = readFileSync(join(ROOT, page), "utf8");
      for (const name of FINDINGS)
        assert.match(text, new RegExp(`\\b${name}\\b`), `${page} does not name the format ${name}`);
    }
  });

  test("the renderers of `check` are loaded when they are called, except the default one", () => {
    const text = readFileSync(join(ROOT, "src/cli/render/formats.ts"), "utf8");
    const renderers = [...text.matchAll(/"\.\/([\w-]+)\.ts"/g)].map(([, name = ""]) => name);
    assert.is(renderers.length, FINDINGS.length - 1);
    for (const name of renderers) assert.ok(existsSync(join(DIST, `cli/lazy-${name}.js`)), name);
  });
});

describe("the table of schemes", (test) => {
  test("the explanation of invalid addresses names each scheme that a definition may have", () => {
    for (const name of schemesWith(({ data, code }) => data !== undefined || code === "web"))
      assert.ok(invalidAddress.explanation.includes(`\`${name}\``), `\`${name}\` is not explained`);
  });

  test("replacements of a scheme are encrypted", () => {
    for (const name of schemesWith(({ encrypted }) => encrypted !== undefined)) {
      for (const other of factsOf(name).encrypted ?? []) assert.is(factsOf(other).encrypted, undefined, other);
    }
  });
});

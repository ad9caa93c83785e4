// Each rule has a folder with exactly that mistake and the output of the command line as a golden file, and small variants of
// the mistake in which every finding is marked in place.
import { readdirSync } from "node:fs";
import * as assert from "uvu/assert";
import { rules } from "../src/check/rules/index.ts";
import { describe } from "./describe.ts";
import {
  about,
  casesOf,
  codeOfCase,
  compileCase,
  definitionOf,
  folderOf,
  goldenMarks,
  isPart,
  printed,
} from "./fixtures.ts";
import { fixture, golden } from "./golden.ts";

describe("reject", (test) => {
  const cases = casesOf("reject");

  test("has a folder for every rule, and no other folders", () => {
    const codes = rules.map(({ code }) => code);
    assert.equal(
      codes.filter((code) => !cases.includes(code)),
      [],
      "rules without a folder",
    );
    assert.equal(
      cases.filter((name) => !codes.includes(codeOfCase(name))),
      [],
      "folders without a rule",
    );
  });

  test("has a file for every rule, and no files that are missing in the list", () => {
    const files = readdirSync(new URL("../src/check/rules/", import.meta.url)).filter((name) => /\.ts$/.test(name));
    assert.equal(files.sort(), [...rules.map(({ code }) => `${code}.ts`), "index.ts"].sort());
  });

  for (const name of cases) {
    test(name, () => {
      const folder = folderOf("reject", name);
      const compilation = compileCase(folder);
      const { diagnostics } = compilation;
      assert.equal(
        about(codeOfCase(name), diagnostics),
        [codeOfCase(name)],
        `${definitionOf(folder)}: ${diagnostics.map(({ message }) => message)}`,
      );
      if (isPart("reject", name)) goldenMarks("reject", name, diagnostics);
      else golden(fixture("reject", name, "diagnostics.txt"), printed(compilation));
    });
  }
});

// The format, fact by fact: the findings about every key, every spelling of a reference and every common mistake.
// `fixtures/format/` contains one definition per fact, or a folder with several files. The first line describes it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { renderConcise } from "../src/cli/render/concise.ts";
import type { Checked } from "../src/compile.ts";
import { compileText } from "./definitions.ts";
import { describe } from "./describe.ts";
import { compileCase, definitionOf, printed } from "./fixtures.ts";
import { fixture, golden } from "./golden.ts";

/** One line per finding, with its hint below. */
function said({ diagnostics }: Pick<Checked, "diagnostics">): string {
  return diagnostics
    .map((each) => renderConcise({ diagnostics: [each] }) + (each.hint === undefined ? "" : `  = ${each.hint}\n`))
    .join("");
}

function withoutEnd(name: string): string {
  return name.replace(/\.(?:yaml|txt)$/, "");
}

describe("the format, fact by fact", (test) => {
  const entries = readdirSync(fixture("format"), { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory() || /\.yaml$/.test(entry.name)).map(({ name }) => name);

  test("every golden file belongs to a definition", () => {
    const goldens = entries.flatMap(({ name }) => (/\.txt$/.test(name) ? [withoutEnd(name)] : []));
    assert.equal(goldens.sort(), names.map(withoutEnd).sort());
  });

  for (const name of names.sort()) {
    test(withoutEnd(name), () => {
      const path = fixture("format", name);
      const isFolder = !/\.yaml$/.test(name);
      const text = readFileSync(isFolder ? join(path, definitionOf(path)) : path, "utf8");
      assert.match(text, /^\uFEFF?# [A-Z`"$].*[.:]\r?\n/, "the first line says what is shown");
      golden(fixture("format", `${withoutEnd(name)}.txt`), said(isFolder ? compileCase(path) : compileText(text)));
    });
  }
});

describe("the most common mistakes", (test) => {
  const names = readdirSync(fixture("traps")).filter((name) => /\.yaml$/.test(name));

  test("every golden file belongs to a definition", () => {
    const goldens = readdirSync(fixture("traps")).filter((name) => !names.includes(name));
    assert.equal(goldens.sort(), names.map((name) => name.replace(/\.yaml$/, ".txt")).sort());
    assert.ok(existsSync(fixture("traps")));
  });

  for (const name of names.sort()) {
    test(withoutEnd(name), () => {
      const { diagnostics, files } = compileText(readFileSync(fixture("traps", name), "utf8"));
      golden(fixture("traps", name.replace(/\.yaml$/, ".txt")), printed({ diagnostics, files }));
    });
  }
});

// The format, fact by fact: the findings about every key, every spelling of a reference and every common mistake.
// `fixtures/format/` contains a case for each fact. Its title, or the first line of its definition, describes it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { renderConcise } from "../src/cli/render/concise.ts";
import type { Checked } from "../src/compile.ts";
import { compileText } from "./definitions.ts";
import { describe } from "./describe.ts";
import { casesOf, compileCase, definitionOf, folderOf, goldenMarks, isPart, printed, titleOf } from "./fixtures.ts";
import { fixture, golden } from "./golden.ts";

/** One line per finding, with its hint below. */
function said({ diagnostics }: Pick<Checked, "diagnostics">): string {
  return diagnostics
    .map((each) => renderConcise({ diagnostics: [each] }) + (each.hint === undefined ? "" : `  = ${each.hint}\n`))
    .join("");
}

describe("the format, fact by fact", (test) => {
  const names = casesOf("format");

  test("every golden file belongs to a definition", () => {
    const goldens = readdirSync(fixture("format")).flatMap((name) => (/\.txt$/.test(name) ? [name.slice(0, -4)] : []));
    assert.equal(
      goldens.sort(),
      names.filter((name) => !isPart("format", name)),
    );
  });

  for (const name of names) {
    test(name, () => {
      const folder = folderOf("format", name);
      const compilation = compileCase(folder);
      const [firstLine = ""] = readFileSync(join(folder, definitionOf(folder)), "utf8").split("\n");
      const title = titleOf("format", name) ?? firstLine.replace(/^\uFEFF?# /, "");
      assert.match(title, /^[A-Z`"$].*[.:]\r?$/, "the title, or the first line, says what is shown");
      if (isPart("format", name)) goldenMarks("format", name, compilation.diagnostics);
      else golden(fixture("format", `${name}.txt`), said(compilation));
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
    test(name.slice(0, -".yaml".length), () => {
      const { diagnostics, files } = compileText(readFileSync(fixture("traps", name), "utf8"));
      golden(fixture("traps", name.replace(/\.yaml$/, ".txt")), printed({ diagnostics, files }));
    });
  }
});

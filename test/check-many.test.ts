// Many mistakes in one definition: each is found in one run, at exactly its characters, and none causes another finding.
import { readdirSync, readFileSync } from "node:fs";
import * as assert from "uvu/assert";
import { compileText, findings } from "./definitions.ts";
import { describe } from "./describe.ts";
import { fixture } from "./golden.ts";

const MARK = /^#( *)(\^+) ([a-z-]+)$/;

/**
 * Removes lines such as `#     ^^^^^ unknown-key` from a definition. Each marks characters of the line above it. A `#`
 * at the start of a line also counts as a mark.
 */
function unmarked(text: string): { readonly text: string; readonly expected: readonly string[] } {
  const lines: string[] = [];
  const expected: string[] = [];
  for (const line of text.split("\n")) {
    const [, blanks = "", marks = "", code = ""] = MARK.exec(line) ?? [];
    if (code === "") lines.push(line);
    else {
      const column = blanks === "" ? 0 : blanks.length + 1;
      const length = blanks === "" ? marks.length + 1 : marks.length;
      const above = lines[lines.length - 1] ?? "";
      expected.push(`${lines.length}:${column + 1} ${code} ${above.slice(column, column + length)}`);
    }
  }
  return { text: lines.join("\n"), expected };
}

describe("many mistakes in one definition", (test) => {
  const folder = fixture("many");
  for (const name of readdirSync(folder).sort()) {
    test(name, () => {
      const { text, expected } = unmarked(readFileSync(fixture("many", name), "utf8"));
      const count = Number(/\d+/.exec(name)?.[0]);
      assert.is(expected.length, count, "marks in the file");
      assert.equal([...findings(compileText(text))].sort(), [...expected].sort());
    });
  }
});

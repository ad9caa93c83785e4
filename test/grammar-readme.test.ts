// grammar/README.md is true: its examples run, and its table of keys is made from the shape.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { definition } from "../grammar/definition.ts";
import { descriptionOf, holdsOf } from "../grammar/keys.ts";
import type { Shape } from "../grammar/shape.ts";
import { memoryHost } from "../src/base/host.ts";
import { exampleFiles } from "../src/check/example.ts";
import { check } from "../src/compile.ts";
import { describe } from "./describe.ts";
import { ROOT } from "./golden.ts";

const PATH = join(ROOT, "grammar/README.md");
const readme = readFileSync(PATH, "utf8");

describe("grammar/README.md", (test) => {
  const examples = [...readme.matchAll(/^```yaml (ok|wrong) ?([a-z-]*)\n([\s\S]*?)^```$/gm)];
  assert.ok(examples.length >= 6);
  for (const [, verdict, code, text = ""] of examples) {
    const title = text.trim().split("\n").slice(-3).join(" ").replace(/\s+/g, " ");
    test(`${verdict} ${code}: … ${title}`, () => {
      const { "efemarai.yaml": yaml = "", ...others } = exampleFiles(text);
      const { diagnostics } = check(
        [{ path: "efemarai.yaml", text: yaml }],
        memoryHost(new Map(Object.entries(others))),
      );
      const expected = verdict === "ok" ? [] : [code];
      assert.equal(
        diagnostics.map((diagnostic) => diagnostic.code),
        expected,
      );
    });
  }

  test("its table of keys is that of the shape", () => {
    const table = `| key | holds | means |\n|---|---|---|\n${rowsOf("", definition).join("")}`;
    const tables = `<!-- keys -->\n${table}<!-- /keys -->`;
    const updated = readme.replace(/<!-- keys -->[\s\S]*<!-- \/keys -->/, () => tables);
    if (process.env["UPDATE"] === "1") writeFileSync(PATH, updated);
    else assert.is(updated, readme, '"npm run update" writes the table');
  });
});

/** A row for each key of the shape: where it stands, what it holds, what it means. */
function rowsOf(path: string, schema: Shape): readonly string[] {
  if (schema.kind === "optional") return rowsOf(path, schema.inner);
  if (schema.kind === "list") return rowsOf(`${path}[]`, schema.item);
  if (schema.kind === "choice") return schema.options.flatMap((option) => rowsOf(path, option));
  if (schema.kind !== "map") return [];
  return Object.entries(schema.fields).flatMap(([key, child]) => {
    const name = path === "" ? key : `${path}.${key}`;
    const shown = child.kind === "optional" ? `\`${name}\`` : `**\`${name}\`**`;
    return [`| ${shown} | ${holdsOf(child)} | ${descriptionOf(child)} |\n`, ...rowsOf(name, child)];
  });
}

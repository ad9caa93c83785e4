// grammar/README.md is true: its examples run, and its table of keys is made from the shape.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { parseDocument } from "yaml";
import { definition, SETTINGS_KEY } from "../grammar/definition.ts";
import { descriptionOf, valuesOf } from "../grammar/keys.ts";
import type { Shape } from "../grammar/shape.ts";
import type { Diagnostic } from "../src/base/diagnostic.ts";
import { memoryHost } from "../src/base/host.ts";
import { exampleFiles } from "../src/check/examples/example.ts";
import { STOPS_AT_NOTHING } from "../src/check/portable/portability.ts";
import { check } from "../src/compile.ts";
import { PYTHON } from "./definitions.ts";
import { describe } from "./describe.ts";
import { fixture, ROOT } from "./golden.ts";

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

  test("every code block of it is an example, or is marked as not run", () => {
    const fences = [...readme.matchAll(/^```(.+)\n[\s\S]*?^```$/gm)].map(([, fence = ""]) => fence);
    assert.equal(
      fences.filter((fence) => !/^yaml (?:ok|wrong [a-z-]+)$|^\w+ not-run$/.test(fence)),
      [],
    );
    assert.is(fences.length, [...readme.matchAll(/^```/gm)].length / 2);
  });

  test("its table of keys is that of the shape", () => {
    const table = `| key | holds | means |\n|---|---|---|\n${rowsOf("", definition).join("")}`;
    const tables = `<!-- keys -->\n${table}<!-- /keys -->`;
    const updated = readme.replace(/<!-- keys -->[\s\S]*<!-- \/keys -->/, () => tables);
    if (process.env["UPDATE"] === "1") writeFileSync(PATH, updated);
    else assert.is(updated, readme, '"npm run update" writes the table');
  });

  test("the table of keys without a value lists what Modelwright reports and what the platform does", () => {
    // A domain in a file of its own is refused there.
    const keys = keysOf("", definition).filter((key) => key !== "domains[].file" && !isOurs(key));
    assert.equal(
      keys.filter((key) => platform[key] === undefined),
      [],
      'fixtures/empty-values/platform.json has no answers for these keys; for a key that the platform does not know, add { "absent": "works", "nothing": "ignored", "list": "ignored", "map": "ignored" }',
    );
    const known = new Set(
      check(
        [{ path: "efemarai.yaml", text: readFileSync(join(EMPTY, "efemarai.yaml"), "utf8") }],
        memoryHost(
          new Map([
            ["code/inference.py", PYTHON],
            ["code/w.pt", "x"],
          ]),
        ),
      ).diagnostics.map(printedOf),
    );
    const rows = keys.map((key) => rowOfEmpty(key, platform[key] as Answer, known));
    const table = `| key | absent | \`key:\` or \`key: null\` | \`[]\` | \`{}\` |\n|---|---|---|---|---|\n${rows.join("")}`;
    const before = readFileSync(PATH, "utf8");
    const updated = before.replace(
      /<!-- empty -->[\s\S]*<!-- \/empty -->/,
      () => `<!-- empty -->\n${table}<!-- /empty -->`,
    );
    assert.ok(updated.includes(table));
    if (process.env["UPDATE"] === "1") writeFileSync(PATH, updated);
    else assert.is(updated, before, '"npm run update" writes the table');
  });

  test("`--portable` reports keys without a value that only the platform rejects", () => {
    for (const key of keysOf("", definition)) {
      const stops = platform[key]?.nothing;
      const kind = STOPS_AT_NOTHING.get(key);
      if (kind !== undefined) assert.is(kind, `empty-at-${stops}`, key);
      const isSilent = stops !== undefined && /^(?:check|create|run)$/.test(stops) && kind === undefined;
      if (isSilent)
        assert.ok(
          said(key, null, true).some(({ code, severity }) => severity === "error" || code === "not-portable"),
          key,
        );
    }
  });
});

/** The platform ignores settings of ours, so there is nothing to compare. */
const isOurs = (key: string): boolean => key.includes(SETTINGS_KEY);

/** What the platform does: where it stops, or what comes out in comparison. */
type Answer = Readonly<Record<"absent" | "nothing" | "list" | "map", string>>;

const EMPTY = fixture("empty-values");
const platform: Readonly<Record<string, Answer>> = JSON.parse(readFileSync(join(EMPTY, "platform.json"), "utf8"));

/** The findings of the complete definition with another value of one key. Without a value, the key is left out. */
function said(key: string, value?: null | readonly [] | object, portable = false): readonly Diagnostic[] {
  const document = parseDocument(readFileSync(join(EMPTY, "efemarai.yaml"), "utf8"));
  const steps = key.replaceAll("[]", ".0").split(".");
  // The first transformation has no inputs, and the last one no outputs: the second one has everything.
  const path = steps.map((step, i) => (step === "0" ? (steps[i - 1] === "transformations" ? 1 : 0) : step));
  if (value === undefined) document.deleteIn(path);
  else document.setIn(path, document.createNode(value));
  const files = new Map([
    ["code/inference.py", PYTHON],
    ["code/w.pt", "x"],
  ]);
  return check([{ path: "efemarai.yaml", text: String(document) }], memoryHost(files), { portable }).diagnostics;
}

/** The severity of the worst finding that the complete definition does not have. */
function verdictOf(diagnostics: readonly Diagnostic[], known: ReadonlySet<string>): string {
  const severities = diagnostics.filter((each) => !known.has(printedOf(each))).map(({ severity }) => severity);
  return (["error", "warning", "hint"] as const).find((severity) => severities.includes(severity)) ?? "works";
}

function printedOf({ code, path, message }: Diagnostic): string {
  return [code, path, message].join(" ");
}

const THERE: Readonly<Record<string, string>> = {
  check: "stops at check",
  create: "stops at create",
  run: "stops at run",
  works: "works",
  "as absent": "as absent",
  "as written": "works",
  ignored: "not read",
  other: "sent as it is",
};

/** A row for each key: the findings and the behavior of the platform, for each spelling of an absent value. */
function rowOfEmpty(key: string, answer: Answer, known: ReadonlySet<string>): string {
  const cell = (verdict: string, there: string) => `${verdict} · ${THERE[there] ?? "?"}`;
  const cells = [
    cell(verdictOf(said(key), known), answer.absent),
    cell(verdictOf(said(key, null), known), answer.nothing),
    cell(verdictOf(said(key, []), known), answer.list),
    cell(verdictOf(said(key, {}), known), answer.map),
  ];
  return `| \`${key}\` | ${cells.join(" | ")} |\n`;
}

/** Every key of the shape, as `models[].name`. */
function keysOf(path: string, schema: Shape): readonly string[] {
  if (schema.kind === "optional") return keysOf(path, schema.inner);
  if (schema.kind === "list") return keysOf(`${path}[]`, schema.item);
  if (schema.kind === "choice") return schema.options.flatMap((option) => keysOf(path, option));
  if (schema.kind !== "map") return [];
  return Object.entries(schema.fields).flatMap(([key, child]) => {
    const name = path === "" ? key : `${path}.${key}`;
    return [name, ...keysOf(name, child)];
  });
}

/** A row for each key of the shape: its path, its kind of value, and its description. */
function rowsOf(path: string, schema: Shape): readonly string[] {
  if (schema.kind === "optional") return rowsOf(path, schema.inner);
  if (schema.kind === "list") return rowsOf(`${path}[]`, schema.item);
  if (schema.kind === "choice") return schema.options.flatMap((option) => rowsOf(path, option));
  if (schema.kind !== "map") return [];
  return Object.entries(schema.fields).flatMap(([key, child]) => {
    const name = path === "" ? key : `${path}.${key}`;
    const shown = child.kind === "optional" ? `\`${name}\`` : `**\`${name}\`**`;
    return [`| ${shown} | ${valuesOf(child)} | ${descriptionOf(child)} |\n`, ...rowsOf(name, child)];
  });
}

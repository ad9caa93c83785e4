// The cases below `fixtures` are complete, and files with many cases are read and written without loss.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import type { Diagnostic } from "../src/base/diagnostic.ts";
import { rules } from "../src/check/rules/index.ts";
import { expand, marked, parseCases } from "./case-files.ts";
import { compileText } from "./definitions.ts";
import { describe } from "./describe.ts";
import { casesOf, definitionOf, filesBelow, folderOf, KINDS, LEAST_CASES } from "./fixtures.ts";
import { fixture } from "./golden.ts";

const usual = (code: string) => rules.find((rule) => rule.code === code)?.severity;

describe("the cases", (test) => {
  for (const kind of KINDS) {
    const names = casesOf(kind);
    test(`of ${kind} are ${names.length}, at least ${LEAST_CASES[kind]}, each with a definition in a folder of its own`, () => {
      assert.ok(names.length >= LEAST_CASES[kind]);
      const definitions = names.map((name) => join(folderOf(kind, name), definitionOf(folderOf(kind, name))));
      assert.is(new Set(definitions).size, names.length);
    });
  }

  test("of each rule include one with its full output", () => {
    const without = rules.filter(({ code }) => !existsSync(fixture("reject", code, "diagnostics.txt")));
    assert.equal(without, []);
  });

  test("in files with many have a title in one line each", () => {
    const titles = filesBelow(fixture(), [".cases"])
      .flatMap(read)
      .map(({ title }) => title);
    assert.equal(
      titles.filter((title) => !/^[A-Z`"$].*[.:]$/.test(title)),
      [],
    );
  });

  test("have no copy of the default Python file", () => {
    for (const kind of ["reject", "format"] as const) {
      const python = readFileSync(fixture(kind, "inference.py"), "utf8");
      const copies = filesBelow(fixture(kind), [".py"]).filter((path) => readFileSync(path, "utf8") === python);
      assert.equal(copies, [fixture(kind, "inference.py")]);
    }
  });

  test("use every wrap, and every wrap is a correct definition", () => {
    const used = new Set(
      filesBelow(fixture(), [".cases"])
        .flatMap(read)
        .map(({ wrap }) => wrap),
    );
    for (const file of readdirSync(fixture("wraps"))) {
      assert.ok(used.has(file.replace(/\.\w+$/, "")), `${file} is not used`);
      if (!file.endsWith(".yaml")) continue;
      const text = readFileSync(join(fixture("wraps"), file), "utf8");
      const { diagnostics } = compileText({ "efemarai.yaml": text, "code/inference.py": PYTHON });
      assert.equal(
        diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message),
        [],
        file,
      );
    }
  });
});

const PYTHON = "def get_model(**options):\n    return options\n\n\ndef predict(**options):\n    return []\n";
const read = (path: string) => parseCases(readFileSync(path, "utf8"));

const BASE = "a: 1\nb:\n  c: 2\n  d: 3\n  e: 4\nf: 5\n";
const expanded = (...lines: readonly string[]) => expand({ path: "x.yaml", lines }, BASE);

describe("a file with many cases", (test) => {
  test("puts lines of the wrap in the place of dots", () => {
    assert.is(expanded("...").text, BASE);
    assert.is(expanded("...", "  c: 2", "  d: 0", "  e: 4", "...").text, BASE.replace("3", "0"));
    assert.is(expanded("x: 0", "b:", "...", "f: 5").text, `x: 0\n${BASE.slice(5)}`);
    assert.is(expanded("...", "b:", "f: 5").text, "a: 1\nb:\nf: 5\n");
    assert.is(expanded("a: 1").text, "a: 1\n");
    assert.is(expanded().text, "");
    assert.equal(expanded("...", "  d: 3", "...", "f: 5").places, [undefined, 4, undefined, 6]);
  });

  test("refuses dots next to a line that the wrap does not have there", () => {
    for (const lines of [["...", "g: 1"], ["g: 1", "..."], ["...", "f: 5", "...", "a: 1"], ["..."]]) {
      const base = lines.length === 1 ? undefined : BASE;
      if (base === undefined) assert.is(expand({ path: "x.yaml", lines }, base).text, "");
      else assert.throws(() => expand({ path: "x.yaml", lines }, base), /^x\.yaml: the base has no line "/);
    }
  });

  test("refuses a case without a name and a title", () => {
    for (const text of ["a: 1\n", "=== name\na: 1\n", "=== : Title\n"]) {
      assert.throws(() => parseCases(text), 'a case begins with "=== NAME in WRAP: Title"');
    }
  });

  const LINES = [
    "=== one in two: A title: with a colon.",
    "\ta: wörld 語 x",
    "  b: 1",
    "--- inference.py",
    "def f():",
    "",
  ];

  test("marks what is found, in tabs and wide letters too, and reads the same case again", () => {
    const [written] = parseCases(LINES.join("\n"));
    assert.ok(written);
    const source = { path: "efemarai.yaml", text: "\ta: wörld 語 x\n  b: 1\n" };
    const python = { path: "inference.py", text: "def f():\n" };
    const found: Diagnostic = {
      code: "cycle",
      severity: "warning",
      message: "It is\nwrong.",
      label: "here",
      hint: "Change it.",
      path: "",
      span: { source, start: 12, end: 20 },
      related: [
        { message: "The function.", span: { source: python, start: 4, end: 5 } },
        { message: "Elsewhere.", span: { source: { path: "x.yaml", text: "a\nb" }, start: 2, end: 3 } },
      ],
      fixes: [{ title: "Change it", safe: true, edits: [] }],
    };
    const others = [
      { ...found, severity: usual("cycle") ?? "error", span: { source, start: 18, end: 18 }, related: [], fixes: [] },
      { ...found, code: "tab-indentation", severity: "error" as const, span: { source, start: 0, end: 1 } },
    ];
    const text = marked(written, new Map(), [found, others[0] ?? found], usual);
    assert.is(
      text,
      [
        ...LINES.slice(0, 2),
        "\t            ^ cycle (warning): It is\\nwrong.",
        "\t            = here",
        "\t            = Change it. (--fix)",
        "  b: 1",
        "    ^ cycle: It is\\nwrong.",
        "    = here",
        "    = Change it.",
        "--- inference.py",
        "def f():",
        "    ~ The function.",
        "@ x.yaml:2:1 Elsewhere.",
        "",
      ].join("\n"),
    );
    const [again] = parseCases(text);
    assert.equal(again?.sections, written.sections);
    assert.is(again && marked(again, new Map(), [], usual), LINES.join("\n"));
  });

  test("reads every case as it writes it", () => {
    for (const path of filesBelow(fixture(), [".cases"])) {
      const cases = read(path);
      assert.is(cases.map(({ text }) => text).join("\n"), readFileSync(path, "utf8"), path);
    }
  });
});

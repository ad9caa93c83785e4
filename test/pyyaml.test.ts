// `base/pyyaml.ts` against PyYAML, and `ambiguous-scalar` against both: a hint exactly if the two readings differ. If
// Python has no PyYAML, only the committed readings are compared. `MODELWRIGHT_PYYAML_PYTHON` names another Python.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import * as assert from "uvu/assert";
import { parse as parseYaml } from "yaml";
import { memoryHost } from "../src/base/host.ts";
import { constructAsPyYaml, type PyYamlReading, readAsPyYaml, type ScalarTagName } from "../src/base/pyyaml.ts";
import { fix } from "../src/fix.ts";
import { parse } from "../src/parse/parse.ts";
import { change, compileText, DEFINITION, PYTHON } from "./definitions.ts";
import { describe } from "./describe.ts";
import { fixture, ROOT } from "./golden.ts";

/** A text and its tag, if any. */
type Case = readonly [text: string, tag?: ScalarTagName];

const FILE = fixture("pyyaml", "readings.json");
const committed: readonly (readonly [Case, unknown])[] = JSON.parse(readFileSync(FILE, "utf8"));

/** The values that its resolver, its constructors and the pages of YAML's type repository name. */
const NAMED: readonly Case[] = committed.map(([each]) => each);

/** Without `binary`: Python skips invalid base64 in its own way, and here the text is kept in any case. */
const TAGS: readonly ScalarTagName[] = ["null", "bool", "int", "float", "timestamp"];

/** Texts of the parts that occur in the patterns of both readers, from a fixed seed. */
function generated(count: number): readonly string[] {
  const digits = fc.stringMatching(/^[0-9_]{1,5}$/);
  const sign = fc.constantFrom("", "", "-", "+");
  const part = fc.constantFrom("0", "00", "1", "09", "30", "59", "60", "7", "1_0");
  const texts = fc.oneof(
    fc.tuple(sign, fc.constantFrom("", "0", "0b", "0o", "0x", "0X"), digits).map((parts) => parts.join("")),
    fc
      .tuple(sign, digits, fc.constantFrom(".", ".5", ".5_0", "e3", ".e3", ".0e3", ".5e-3", ".e+3"))
      .map((parts) => parts.join("")),
    fc
      .tuple(sign, fc.constantFrom(".5", "._5", ".inf", ".Inf", ".iNF", ".nan", ".NaN", ".5e+3", "."))
      .map((parts) => parts.join("")),
    fc
      .tuple(sign, fc.array(part, { minLength: 2, maxLength: 4 }), fc.constantFrom("", "", ".", ".5"))
      .map(([first, parts, end]) => first + parts.join(":") + end),
    fc
      .tuple(
        fc.constantFrom("2001", "0000", "1900", "2024", "12"),
        fc.constantFrom("-1-", "-01-", "-02-", "-13-", "-00-"),
        fc.constantFrom("1", "01", "29", "31", "00"),
        fc.constantFrom(
          "",
          "",
          "T1:00:00",
          "t23:59:59.5",
          " 24:00:00",
          "  10:00:00 Z",
          " 10:00:00 -5",
          " 10:00:00+23:60",
          "T10:60:00Z",
        ),
      )
      .map((parts) => parts.join("")),
    fc.constantFrom(
      "y",
      "Y",
      "n",
      "N",
      "yes",
      "Yes",
      "yEs",
      "no",
      "NO",
      "on",
      "On",
      "off",
      "oFF",
      "true",
      "True",
      "tRUE",
      "null",
      "Null",
      "nULL",
      "~",
      "=",
      "<<",
      "<",
      "==",
    ),
    fc.stringMatching(/^[-+]?[0-9_.:xobeE]{1,8}$/),
  );
  return fc.sample(texts, { numRuns: count, seed: 20261130 });
}

/** The readings as Python prints them, with exact floats. */
function printed(reading: PyYamlReading): unknown {
  if (!("value" in reading)) return reading;
  return { kind: reading.kind, value: reading.kind === "float" ? reading.value : String(reading.value) };
}

function readingOf([text, tag]: Case): PyYamlReading {
  return tag === undefined ? readAsPyYaml(text) : constructAsPyYaml(tag, text);
}

/** A float in Python's hexadecimal notation: `0x1.8p+1`. */
function fromHex(text: string): number {
  if (text === "nan") return Number.NaN;
  const [, sign = "", rest = ""] = /^(-?)(.*)$/.exec(text) ?? [];
  if (rest === "inf") return sign === "-" ? -Infinity : Infinity;
  const [, whole = "0", fraction = "", exponent = "0"] = /^0x([01])\.?([\da-f]*)p([-+]\d+)$/.exec(rest) ?? [];
  const mantissa = Number(BigInt(`0x${whole}${fraction}`)) / 16 ** fraction.length;
  const value = mantissa * 2 ** Number(exponent);
  return sign === "-" ? -value : value;
}

function asNumber(reading: unknown): unknown {
  const { kind, value } = reading as { readonly kind: string; readonly value?: string };
  return kind === "float" && value !== undefined ? { kind, value: fromHex(value) } : reading;
}

const python = process.env["MODELWRIGHT_PYYAML_PYTHON"] ?? "python3";
const hasPyYaml = spawnSync(python, ["-c", "import yaml"]).status === 0;

function askPyYaml(cases: readonly Case[]): readonly unknown[] {
  const script = join(ROOT, "test/python/pyyaml-readings.py");
  const { stdout, stderr } = spawnSync(python, [script], { input: JSON.stringify(cases), encoding: "utf8" });
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
}

describe("PyYAML's reading of scalars", (test) => {
  test("the committed readings", () => {
    for (const [each, expected] of committed)
      assert.equal(printed(readingOf(each)), asNumber(expected), JSON.stringify(each));
  });

  if (!hasPyYaml) console.log(`skipped: ${python} has no PyYAML, so only its committed readings are compared`);
  else {
    test("2,000 generated scalars, and every named one with every tag", () => {
      const tagged = NAMED.flatMap(([text, tag]) => (tag === undefined ? TAGS.map((each): Case => [text, each]) : []));
      const cases: readonly Case[] = [...NAMED, ...tagged, ...generated(2000).map((text): Case => [text])];
      const answers = askPyYaml(cases);
      cases.forEach((each, i) => {
        assert.equal(printed(readingOf(each)), asNumber(answers[i]), JSON.stringify(each));
      });
      if (process.env["UPDATE"] === "1") {
        const rows = NAMED.map((each, i) => JSON.stringify([each, answers[i]]));
        writeFileSync(FILE, `[\n${rows.join(",\n")}\n]\n`);
      }
    });
  }

  test("a hint exactly if YAML 1.2 reads another value", () => {
    const { plain, text } = asList();
    const said = new Map<string, string>();
    for (const { code, span } of compileText(text).diagnostics)
      said.set(span.source.text.slice(span.start, span.end), code);
    for (const each of plain) {
      const here: unknown = parseYaml(each);
      const there = readAsPyYaml(each);
      const isSame =
        "value" in there
          ? Object.is(Number(there.value) + 0, Number(here) + 0) &&
            typeof here === (there.kind === "boolean" ? "boolean" : "number")
          : there.kind === "null"
            ? here === null
            : there.kind === "text" && typeof here === "string";
      assert.is(said.get(each), isSame ? undefined : "ambiguous-scalar", each);
    }
  });

  test("`--fix` changes no value", () => {
    const { plain, text } = asList();
    const { files, count } = fix([{ path: "efemarai.yaml", text }], memoryHost(new Map([["inference.py", PYTHON]])));
    const after = files[0]?.after ?? text;
    assert.ok(count > 50, `${count}`);
    const itemsOf = (source: string): readonly unknown[] => parseYaml(source).models[0].runtime.load.inputs[1].value;
    const [left, right] = [itemsOf(text), itemsOf(after)];
    assert.is(right.length, plain.length);
    plain.forEach((each, i) => {
      assert.ok(Object.is(left[i], right[i]), `${each}: ${left[i]} became ${right[i]}`);
    });
  });
});

/** All named and generated texts that can be plain scalars, and a definition with a list of them. */
function asList(): { readonly plain: readonly string[]; readonly text: string } {
  const texts = [...NAMED.flatMap(([text, tag]) => (tag === undefined ? [text] : [])), ...generated(2000)];
  const plain = [...new Set(texts)].filter((text) => isPlainScalar(text));
  assert.ok(plain.length > 500, `${plain.length}`);
  const items = plain.map((text) => `              - ${text}\n`).join("");
  return { plain, text: change(DEFINITION, "value: 640\n", `value:\n${items}`) };
}

/** Whether a text is one plain scalar in a block list. */
function isPlainScalar(text: string): boolean {
  const root = parse({ path: "a.yaml", text: `x-a:\n  - ${text}\n` }).root?.node;
  const list = root?.entries[0]?.value;
  const item = list?.kind === "list" ? list.items[0] : undefined;
  return item?.kind === "scalar" && item.style === "plain" && item.text === text;
}

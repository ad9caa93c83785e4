// Reading a text item by item, with or without known items of an earlier text, gives the same result as reading it
// as a whole.
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import * as assert from "uvu/assert";
import { Parser } from "yaml";
import { memoryHost } from "../src/base/host.ts";
import { check } from "../src/compile.ts";
import { composeDocument } from "../src/parse/compose.ts";
import { JUDGE, type ParsedDefinition, parse } from "../src/parse/parse.ts";
import { definitionReader } from "../src/parse/reader.ts";
import { describeTree } from "./both-ways.ts";
import { describe } from "./describe.ts";
import { anyEdit } from "./edits.ts";
import { filesBelowFixtures } from "./fixtures.ts";
import { manyModels } from "./many-models.ts";
import { syntaxMistakesIn } from "./mutations/syntax.ts";

/** `MUTATIONS=all` runs more. */
const IS_ALL = process.env["MUTATIONS"] === "all";

const many = (count: number) => manyModels(count, "plain").get("efemarai.yaml") ?? "";

/** The text with the items of its models repeated, so that there are several. */
function repeated(text: string): string {
  const [, head = "", body = "", tail = ""] = /^(.*?^models:[^\n]*\n)(.*?)((?:^[a-z][^\n]*:.*)?)$/ms.exec(text) ?? [];
  return body === "" || !body.endsWith("\n") ? text : head + body.repeat(3) + tail;
}

const UNUSUAL = [
  "models:\n  - &a { name: a }\n  - *a\n  - name: b\n    files: &f [{ name: w, url: x }]\n  - { name: c, files: *f }\n  - d\n",
  "models:\n  - name: a\n#note\n    description:\n#c\n      two\n  - lines\n  - name: b\n  - name: c\n",
  "models:\n  -\n  # note\n  -\n  -\n    name: a\n\n  # note\n\n  -\n    name: b\n  - {}\n  - []\n  - ''\n",
  "models:\n- name: a\n- name: b\n---\n- name: c\n...\n",
  "models:\n  - name: 'a\n      b'\n  - name: \"it's\n\n  - x\"\n  - name: c\n  - name: d\n",
  "models:\n  - name: ${a}\n    description: ${b #c}\n    license: ${c: d}\n  - name: |2\n       ${e}\n  - name: f\n  - name: g\n",
  "models: &m\n  - name: a\n    url: { x\n  - name: b\n  - name: c\nx-other: *m\n",
  "<<:\n  - name: a\n  - name: b: c\n  - name: d\n",
  "modles:\n  - name: a\n    unknown: 1\n    datasets: []\n  - name: b\n  - name: 'c\ndatasets:\n  - name: d\n  - name: e\n",
  "models:\n  - { name: token, value: hf_AbCdEfGhIjKlMnOpQrStUvWxYzAbCdEfGh } # modelwright-ignore x\n  - name: b\n  - name: c\n",
  "models:\n  - name: a # modelwright-ignore x: y\n\n  # modelwright-ignore y\n  - name: b\n    # modelwright-ignore z\n  - name: c\n",
  "models:\r\n  - name: a\r\n    description: 'x\r\n  - name: b\r\n  - name: c\r\n",
  "\ufeffmodels:\n  - name: a\n  - name: b\n  - name: c\n",
];

const TEXTS = [
  ...filesBelowFixtures([".yaml", ".yml"])
    .map((path) => readFileSync(path, "utf8"))
    .filter(({ length }) => length < 2000)
    .map(repeated),
  ...[many(5), many(5).replaceAll("\n  ", "\n"), many(4).replaceAll("\n", "\r\n"), `\ufeff${many(3)}`],
];

const anyText = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 1, arbitrary: fc.constantFrom(...UNUSUAL) },
);

const edits = fc.array(anyEdit, { minLength: 1, maxLength: 4 });

/** Fails unless both are equal, with the same nodes repeated by aliases. */
function same(actual: ParsedDefinition, expected: ParsedDefinition): void {
  assert.ok(isDeepStrictEqual(actual, expected), JSON.stringify(expected.source.text));
  if (actual.root !== undefined && expected.root !== undefined)
    assert.is(describeTree(actual.root.node), describeTree(expected.root.node));
}

describe("a text that is read again after an edit", (test) => {
  test("gives the same result as when it is read for the first time", () => {
    const property = fc.property(anyText, edits, (first, all) => {
      const reader = definitionReader();
      let text = first;
      reader.parse({ path: "a.yaml", text });
      for (const edit of all) {
        text = edit(text);
        const source = { path: "a.yaml", text };
        same(reader.parse(source), parse(source));
      }
    });
    fc.assert(property, { numRuns: IS_ALL ? 20_000 : 60 });
  });

  test("shares the expressions of the items that are unchanged", () => {
    const reader = definitionReader();
    const first = reader.parse({ path: "a.yaml", text: many(9) });
    const templates = new Set(first.templates.map(({ scalar }) => scalar.template));
    const isKnown = (text: string) =>
      reader.parse({ path: "a.yaml", text }).templates.map(({ scalar }) => templates.has(scalar.template));
    // Each model has four expressions; the last item is always read.
    const changed = isKnown(many(9).replace("name: model 4", "name: model four"));
    assert.is(changed.length, 36);
    assert.equal(
      changed.flatMap((known, at) => (known ? [] : [at])),
      [16, 17, 18, 19, 32, 33, 34, 35],
    );
  });

  test("also shares them if the changed item has a syntax error", () => {
    const reader = definitionReader();
    const first = reader.parse({ path: "a.yaml", text: many(9) });
    const templates = new Set(first.templates.map(({ scalar }) => scalar.template));
    const broken = reader.parse({ path: "a.yaml", text: many(9).replace('params-4.pt" }', "params-4.pt }") });
    const known = broken.templates.filter(({ scalar }) => templates.has(scalar.template));
    assert.is(known.length, 28);
  });

  test("is the same object if nothing has changed, and is forgotten if it was not read in the last check", () => {
    const text = many(2);
    const reader = definitionReader();
    const files = new Map(["a.yaml", "b.yaml"].map((path) => [path, text]));
    const read = (path: string) => check([path], memoryHost(files), { reader }).graph.bound.files[0];
    const first = read("a.yaml");
    assert.is(read("a.yaml"), first);
    read("b.yaml");
    assert.is.not(read("a.yaml"), first);
  });
});

describe("check with a reader", (test) => {
  test("reports the same findings as without one, for several files", () => {
    const texts = [TEXTS[0] ?? "", many(3), "models:\n  - { name: a, runtime: b.yaml }\n"];
    const files = ["a.yaml", "b.yaml", "c/c.yaml"];
    const property = fc.property(fc.array(fc.tuple(fc.nat(2), anyEdit), { minLength: 1, maxLength: 6 }), (all) => {
      const reader = definitionReader();
      const now = new Map(files.map((path, i) => [path, texts[i] ?? ""]));
      for (const [index, edit] of all) {
        const path = files[index] ?? "";
        now.set(path, edit(now.get(path) ?? ""));
        const { diagnostics, suppressed } = check(files, memoryHost(now), { reader });
        const cold = check(files, memoryHost(now));
        assert.ok(isDeepStrictEqual(diagnostics, cold.diagnostics), JSON.stringify([...now]));
        assert.ok(isDeepStrictEqual(suppressed, cold.suppressed), JSON.stringify([...now]));
      }
    });
    fc.assert(property, { numRuns: IS_ALL ? 5_000 : 25 });
  });
});

describe("a text with a syntax error", (test) => {
  /** Reads with the full parser, as a whole and without the regular items. */
  const readBoth = (text: string) => {
    const source = { path: "a.yaml", text };
    const whole = composeDocument(source, JUDGE);
    const byItems = composeDocument(source, JUDGE, { known: new Map(), read: new Map() });
    assert.ok(isDeepStrictEqual(byItems, whole), JSON.stringify(text));
    if (whole.root !== undefined && byItems.root !== undefined)
      assert.is(describeTree(byItems.root), describeTree(whole.root), JSON.stringify(text));
  };

  test("is read in the same way if the full parser sees only the items that are not regular", () => {
    for (const text of UNUSUAL) readBoth(text);
    const property = fc.property(anyText, edits, (text, all) => readBoth(all.reduce((now, edit) => edit(now), text)));
    fc.assert(property, { numRuns: IS_ALL ? 20_000 : 60 });
  });

  test("is also read in the same way with one syntax error on any line", () => {
    const step = IS_ALL ? 1 : 13;
    for (const whole of [many(4), many(3).replaceAll("\n  ", "\n"), ...UNUSUAL]) {
      let index = 0;
      for (const { text } of syntaxMistakesIn(whole)) if (index++ % step === 0) readBoth(text);
    }
  });

  test("gives the full parser a small part of its tokens", () => {
    const { next } = Parser.prototype;
    let tokens = 0;
    Parser.prototype.next = function* (this: Parser, token: string) {
      tokens++;
      yield* next.call(this, token);
    };
    const tokensOf = (count: number) => {
      tokens = 0;
      const at = many(count).indexOf('datapoints}"', many(count).length / 2);
      const broken = many(count).slice(0, at) + many(count).slice(at).replace('}" }', "} }");
      // The only quotes after the mistake are in items that the full parser does not see.
      const text = `${broken}  - name: last\n`;
      parse({ path: "a.yaml", text });
      return tokens;
    };
    const [few, several] = [tokensOf(4), tokensOf(104)];
    Parser.prototype.next = next;
    assert.ok(few > 500, `${few} tokens`);
    // A dash, a space, a scalar and a line break for each other item, each time that the text is read.
    assert.ok(several - few < 100 * 6 * 5, `${few} to ${several} tokens`);
  });
});

// The reader of ordinary files gives the same result as the full parser of `yaml`, or none: on every fixture, on random
// texts, and on both after a few edits.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import * as assert from "uvu/assert";
import { agree } from "./both-ways.ts";
import { describe } from "./describe.ts";
import { anyEdit } from "./edits.ts";
import { casesOf, definitionOf, filesBelowFixtures } from "./fixtures.ts";
import { fixture } from "./golden.ts";
import { manyModels } from "./many-models.ts";

/** `MUTATIONS=all` runs more. */
const RUNS = process.env["MUTATIONS"] === "all" ? 200_000 : 2_000;

/** All definitions below `fixtures`. */
const TEXTS = filesBelowFixtures([".yaml", ".yml"]).map((path) => readFileSync(path, "utf8"));

const ACCEPTED = casesOf("accept").map((name) => {
  const folder = fixture("accept", name);
  return readFileSync(join(folder, definitionOf(folder)), "utf8");
});

/** One unusual value among this number of usual ones. */
const now = <T>(often: fc.Arbitrary<T>, strange: fc.Arbitrary<T>, weight = 30) =>
  fc.oneof({ weight, arbitrary: often }, { weight: 1, arbitrary: strange });

const usualText = fc.constantFrom(
  ..."a b1 0 -1 1.50 -0 +.5 1e3 0x1F 0o17 .inf -.inf .nan ~ null Null true FALSE yes no 010 1:30 2026-01-01".split(" "),
  ..."é 🚢 a#b a:b http://x/y?z=1 ${a.b} $<a.b> ${a ${a:-b} $$ __proto__ <<".split(" "),
  ...["two words", "it's", "a  b", 'a "b"'],
);

const strangeText = fc.constantFrom(
  ..."- -- ? : <<: @x `x %x !x !!str *a *b &a &b [a a] {a ' \" | > --- ...".split(" "),
  ...["x, y", "a: b", "a #b", "", " ", "\t", "a\tb", "\\q"],
);

const scalarText = now(usualText, strangeText);

/** A value on one line or on several; `indent` is put before its further lines. */
const inline: fc.Arbitrary<(indent: string) => string> = fc.oneof(
  { weight: 8, arbitrary: scalarText.map((text) => () => text) },
  { weight: 1, arbitrary: fc.constantFrom("*a", "*b", "").map((text) => () => text) },
  { weight: 2, arbitrary: scalarText.map((text) => () => JSON.stringify(text)) },
  { weight: 2, arbitrary: scalarText.map((text) => () => `'${text.replaceAll("'", "''")}'`) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom("", "'", '"'), fc.array(scalarText, { minLength: 1, maxLength: 3 })).map(
      ([quote, lines]) =>
        (indent: string) =>
          quote + lines.join(`\n${indent}`) + quote,
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(..."| > |- >- |+ >+ |2 >1-".split(" ")), fc.array(scalarText, { maxLength: 4 }))
      .map(
        ([header, lines]) =>
          (indent: string) =>
            [header, ...lines.map((line) => indent + line)].join("\n"),
      ),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.array(fc.tuple(scalarText, scalarText), { maxLength: 3 }), fc.constantFrom(" ", "", "\n", " # note\n"))
      .map(([pairs, gap]) => (indent: string) => {
        const space = gap.replace("\n", `\n${indent}`);
        return `{${space}${pairs.map(([key, value]) => `${key}: ${value}`).join(`,${space}`)}${space}}`;
      }),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.array(scalarText, { maxLength: 3 }), fc.constantFrom(" ", "", "\n", ",\n"))
      .map(([items, gap]) => (indent: string) => {
        const space = gap.replace("\n", `\n${indent}`);
        return `[${items.join(`,${space}`)}${space}]`;
      }),
  },
);

interface Tree {
  readonly kind: "map" | "list" | "value";
  readonly entries: readonly { readonly key: string; readonly value: Tree; readonly before: string }[];
  readonly inline: (indent: string) => string;
  readonly anchor: string;
  readonly width: number;
  readonly isBelow: boolean;
}

/** The text between two entries: nothing, empty lines, or comments in some column. */
const between = fc.oneof(
  { weight: 9, arbitrary: fc.constant("") },
  fc.constantFrom("\n", "  \n", "# modelwright-y\n", "\n\n# x\n"),
  fc.nat(9).map((column) => `${" ".repeat(column)}# a note\n`),
  fc.tuple(fc.nat(9), fc.nat(9)).map(([a, b]) => `${" ".repeat(a)}#\n${" ".repeat(b)}# note\n`),
);

const key = now(
  fc.constantFrom(..."a b c name 1 'x' \"y\" true two_words".split(" "), "two words", "k "),
  fc.constantFrom(...'<< ~ [x] *a &a ? | "\n"'.split(" ")),
);

/** A tree with at most this number of levels. */
function treeOf(levels: number): fc.Arbitrary<Tree> {
  const entry = levels === 0 ? undefined : fc.record({ key, value: treeOf(levels - 1), before: between });
  return fc.record({
    kind: fc.constantFrom("map", "list", "value"),
    entries: entry === undefined ? fc.constant([]) : fc.array(entry, { maxLength: 4 }),
    inline,
    anchor: now(fc.constantFrom("", "", "", "", "", "&a ", "&b "), fc.constant("!!str ")),
    width: now(fc.constantFrom(2, 2, 4, 3), fc.integer({ min: 0, max: 4 })),
    isBelow: fc.boolean(),
  });
}

/** Writes a tree in a common style, or almost. */
function write(node: Tree, indent: string, isItem: boolean): string {
  const { kind, entries, anchor, width, isBelow } = node;
  const inner = indent + " ".repeat(width);
  if (kind === "value" || entries.length === 0)
    return ` ${anchor}${node.inline(inner)}${isBelow ? " # modelwright-z" : ""}\n`;
  const lines = entries.map(({ key, value, before }, i) => {
    // Most keys occur once.
    const own = /^[a-z]\w*$/.test(key) && i > 0 ? `${key}${i}` : key;
    const mark = kind === "map" ? `${own}:` : "-";
    return { before, text: mark + write(value, inner, kind === "list") };
  });
  // The first entry of an item can be after its dash.
  const [first] = lines;
  if (isItem && !isBelow && first !== undefined && width > 0) {
    const others = lines.slice(1).map(({ before, text }) => before + inner + text);
    return " ".repeat(width - 1) + anchor + first.text + others.join("");
  }
  return ` ${anchor}${isBelow ? "# note" : ""}\n${lines.map(({ before, text }) => before + inner + text).join("")}`;
}

/** A complete text. The tree is written below a key that is removed again. */
const written = fc
  .tuple(
    fc.constantFrom("", "", "", "# note\n", "---\n", "--- # modelwright-x \n\n", "%YAML 1.2\n---\n", "\ufeff"),
    treeOf(4),
    between,
    fc.boolean(),
  )
  .map(([head, root, tail, isCrlf]) => {
    const body = write({ ...root, width: 0, isBelow: true, anchor: "" }, "", false).replace(/^ (?:# note)?\n?/, "");
    const text = head + body + tail;
    return isCrlf ? text.replaceAll("\n", "\r\n") : text;
  });

describe("the reader of ordinary files", (test) => {
  test("agrees with the full parser on every definition, and reads almost every accepted one", () => {
    for (const text of TEXTS) agree(text);
    assert.ok(ACCEPTED.filter(agree).length >= 0.8 * ACCEPTED.length);
    assert.ok(agree(manyModels(20, "plain").get("efemarai.yaml") ?? ""));
  });

  test("agrees with it on random texts", () => {
    let regular = 0;
    const property = fc.property(written, (text) => {
      if (agree(text)) regular += 1;
    });
    fc.assert(property, { numRuns: RUNS });
    assert.ok(regular > RUNS / 20, `${regular} of ${RUNS} were regular`);
  });

  test("agrees with it on definitions and random texts after a few edits", () => {
    const edits = fc.array(anyEdit, { minLength: 1, maxLength: 3 });
    const property = fc.property(fc.oneof(fc.constantFrom(...TEXTS), written), edits, (text, all) => {
      agree(all.reduce((edited, each) => each(edited), text));
    });
    fc.assert(property, { numRuns: RUNS });
  });
});

// Any text that is typed, partly typed or pasted into a definition is read with bounded work and few findings.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import * as assert from "uvu/assert";
import { Parser } from "yaml";
import type { Diagnostic } from "../src/base/diagnostic.ts";
import { memoryHost } from "../src/base/host.ts";
import { positionAt, textOf } from "../src/base/source.ts";
import { compile } from "../src/compile.ts";
import { describe } from "./describe.ts";
import { anyEdit } from "./edits.ts";
import { casesOf, definitionOf } from "./fixtures.ts";
import { fixture } from "./golden.ts";
import { SYNTAX_KINDS, syntaxMistakesIn } from "./mutations/syntax.ts";

/** `MUTATIONS=all` runs more. */
const IS_ALL = process.env["MUTATIONS"] === "all";

/** The limit of `parse/recover.ts` for reading one file, with any content. */
const MOST_READ = 3_500_000;

let read = 0;
const parse = Parser.prototype.parse;
Parser.prototype.parse = function* (this: Parser, source: string, incomplete?: boolean) {
  read += source.length;
  yield* parse.call(this, source, incomplete);
};

/** All findings in a text. Fails if a span is outside of the file or too much was read. */
function diagnose(text: string): readonly Diagnostic[] {
  read = 0;
  const { diagnostics } = compile(["efemarai.yaml"], memoryHost(new Map([["efemarai.yaml", text]])));
  for (const { span, related = [], message } of diagnostics) {
    for (const { start, end, source } of [span, ...related.map((other) => other.span)]) {
      assert.ok(start >= 0 && start <= end && end <= source.text.length, message);
    }
  }
  assert.ok(read <= MOST_READ + 2 * text.length, `${read} characters were read of ${text.length}`);
  return diagnostics;
}

const TEXTS = [...casesOf("accept").map((name) => fixture("accept", name)), fixture("run", "digits")].map((folder) =>
  readFileSync(join(folder, definitionOf(folder)), "utf8"),
);

describe("any text", (test) => {
  test("the beginning of every accepted definition, up to every place", () => {
    const step = IS_ALL ? 1 : 211;
    for (const text of TEXTS) for (let end = 0; end <= text.length; end += step) diagnose(text.slice(0, end));
  });

  test("a quote that is closed for the reader inside of a line break", () => {
    const text = readFileSync(fixture("accept", "anchors", "efemarai.yaml"), "utf8");
    const [first, second] = text.split("\n");
    diagnose(`'${first}\n${second}\n'${text}`.replaceAll("\n", "\r\n"));
  });

  test("a few edits of an accepted definition", () => {
    const edits = fc.array(anyEdit, { minLength: 1, maxLength: 4 });
    const property = fc.property(fc.constantFrom(...TEXTS), edits, (text, all) => {
      diagnose(all.reduce((edited, each) => each(edited), text));
    });
    fc.assert(property, { numRuns: IS_ALL ? 20_000 : 200 });
  });
});

/** The share of the mistakes below that must cause exactly one finding, on the broken line or next to it. */
const FLOOR = 0.97;

describe("one syntax mistake on every line", (test) => {
  const total = new Map(SYNTAX_KINDS.map((kind) => [kind, { one: 0, harmless: 0, all: 0 }]));
  const names = IS_ALL ? casesOf("accept") : ["local", "whole-project", "remote", "windows-text"];
  for (const name of names) {
    test(name, () => {
      const folder = fixture("accept", name);
      const text = readFileSync(join(folder, definitionOf(folder)), "utf8");
      const short = ({ code, message, span }: Diagnostic) => `${code} ${message} ${textOf(span)}`;
      const before = new Set(diagnose(text).map(short));
      let index = 0;
      for (const mistake of syntaxMistakesIn(text)) {
        if (!IS_ALL && index++ % 7 > 0) continue;
        const found = diagnose(mistake.text).filter((diagnostic) => !before.has(short(diagnostic)));
        const [only] = found;
        const isNear =
          only !== undefined && Math.abs(positionAt(only.span.source, only.span.start).line - mistake.line) <= 1;
        const counts = total.get(mistake.kind);
        if (counts === undefined) continue;
        counts.all += 1;
        if (found.length === 1 && isNear) counts.one += 1;
        // A block of one line can have any indentation, and a list of one entry can be a map elsewhere.
        if (found.length === 0) counts.harmless += 1;
      }
    });
  }

  test("causes one finding", () => {
    let [one, all, harmless] = [0, 0, 0];
    console.log("\none finding on the line or beside it, of all that are no harmless change:");
    for (const [kind, counts] of total) {
      console.log(`  ${kind}: ${counts.one} of ${counts.all - counts.harmless}`);
      one += counts.one;
      all += counts.all;
      harmless += counts.harmless;
    }
    console.log(`  together: ${one} of ${all - harmless}, and ${harmless} harmless`);
    assert.ok(one / (all - harmless) >= FLOOR, `${one} of ${all - harmless}`);
    assert.ok(harmless / all < 0.03, `${harmless} of ${all} are not found`);
  });
});

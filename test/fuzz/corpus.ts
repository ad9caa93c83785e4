// The texts that are changed at random: every fixture and the official YAML test suite.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { filesOfFixtures } from "../fixtures.ts";
import { fixture } from "../golden.ts";

/** The texts of the short files with certain extensions below a folder of fixtures. */
export function textsBelow(folder: string, ...endings: readonly string[]): readonly string[] {
  return filesOfFixtures(folder, endings)
    .map((path) => readFileSync(path, "latin1"))
    .filter((text) => text.length < 20_000);
}

/** A case of the official YAML test suite; `fail` marks invalid YAML. */
export interface YamlCase {
  readonly id: string;
  readonly name: string;
  readonly fail?: true;
  readonly yaml: string;
}

/** The official YAML test suite. */
export function yamlTestSuite(): readonly YamlCase[] {
  return JSON.parse(readFileSync(fixture("yaml-test-suite", "cases.json"), "utf8"));
}

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

/** Texts of a corpus with a few changes: pieces of other texts, words of a list and arbitrary characters are inserted. */
export function changed(corpus: readonly string[], words: readonly string[]): fc.Arbitrary<string> {
  const text = fc.constantFrom(...corpus);
  const piece = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...words) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 4 }) },
    {
      weight: 1,
      arbitrary: fc.tuple(text, place, fc.nat(60)).map(([from, at, length]) => sliceAt(from, at, length)),
    },
  );
  const change: fc.Arbitrary<(before: string) => string> = fc.oneof(
    fc.tuple(place, fc.constantFrom(0, 0, 0, 1, 2, 8, 30), piece, fc.constantFrom(1, 1, 1, 1, 2, 5, 40)).map(
      ([at, length, by, count]) =>
        (before: string) =>
          spliced(before, at, length, by.repeat(count)),
    ),
    fc.tuple(place, fc.nat(80)).map(
      ([at, length]) =>
        (before: string) =>
          spliced(before, at, length, ""),
    ),
    fc.tuple(place, place, fc.nat(200)).map(
      ([from, to, length]) =>
        (before: string) =>
          spliced(before, to, 0, sliceAt(before, from, length)),
    ),
    place.map((at) => (before: string) => before.slice(0, Math.floor(at * before.length))),
    fc.tuple(place, fc.integer({ min: -4, max: 6 })).map(
      ([at, by]) =>
        (before: string) =>
          indented(before, at, by),
    ),
  );
  return fc
    .tuple(text, fc.array(change, { minLength: 1, maxLength: 6 }))
    .map(([before, changes]) => changes.reduce((now, each) => each(now), before).slice(0, 30_000));
}

function sliceAt(text: string, at: number, length: number): string {
  const start = Math.floor(at * text.length);
  return text.slice(start, start + length);
}

function spliced(text: string, at: number, length: number, by: string): string {
  const start = Math.floor(at * (text.length + 1));
  return text.slice(0, start) + by + text.slice(start + length);
}

function indented(text: string, at: number, by: number): string {
  const lines = text.split("\n");
  const index = Math.floor(at * lines.length);
  const line = lines[index] ?? "";
  lines[index] = by < 0 ? line.slice(Math.min(-by, line.search(/\S|$/))) : " ".repeat(by) + line;
  return lines.join("\n");
}

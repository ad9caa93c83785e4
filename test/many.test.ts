// Two mistakes in different parts of one definition: both are found as if each were alone.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import * as assert from "uvu/assert";
import { compileText } from "./definitions.ts";
import { describe } from "./describe.ts";
import { fixture } from "./golden.ts";
import { expectationOf } from "./mutations/expected.ts";
import { type Mutation, mutationsOf } from "./mutations/mutate.ts";

/** `MUTATIONS=all` runs all. */
const RUNS = process.env["MUTATIONS"] === "all" ? 20_000 : 600;

/** Definitions with several independent sections or models. */
const DEFINITIONS = ["whole-project", "several-models", "remote", "batch"].map((name) => {
  const text = readFileSync(fixture("accept", name, "efemarai.yaml"), "utf8");
  const base = found(text);
  const mutations = [...mutationsOf(text)].filter((make) => {
    const mutation = make();
    return mutation.uses + mutation.reach === 0 && partOf(mutation) !== "" && expectationOf(mutation) === "found";
  });
  return { name, text, base, mutations };
});

/** The section or model of a mutation; empty for a whole section, which others may depend on. */
function partOf({ path }: Mutation): string {
  const [part = ""] =
    /^(?:models\[\d+\]|project|datasets\[\d+\]|domains\[\d+\]|tests\[\d+\]|baselines\[\d+\])(?=\.|$)/.exec(path) ?? [];
  // Removing or renaming a model, dataset or domain changes the names that others can use. The type of the problem
  // determines the prediction keys.
  const isShared = /^(?:models|datasets|domains)\[\d+\](?:\.(?:name|file))?$|^project(?:\.problem_type)?$/.test(path);
  return isShared ? "" : part;
}

/** All findings in short, without their places, which the other mistake moves. */
function found(text: string): readonly string[] {
  return compileText(text).diagnostics.map(({ code, message, path }) => `${code} ${path} ${message}`);
}

/** The text that a mutation replaced, and the new text. */
function changeIn(before: string, after: string) {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return { start, end: before.length - end, by: after.slice(start, after.length - end) };
}

describe("two mistakes in one definition", (test) => {
  for (const { name, text, base, mutations } of DEFINITIONS) {
    test(`${name}: each is found next to the other`, () => {
      const any = fc.integer({ min: 0, max: mutations.length - 1 });
      const property = fc.property(any, any, (i, j) => {
        const [first, second] = [mutations[i]?.(), mutations[j]?.()];
        if (first === undefined || second === undefined) return;
        fc.pre(partOf(first) !== partOf(second));
        const [a, b] = [first, second]
          .map((mutation) => changeIn(text, mutation.text))
          .sort((one, other) => one.start - other.start);
        if (a === undefined || b === undefined) return;
        fc.pre(a.end < b.start);
        const both = text.slice(0, a.start) + a.by + text.slice(a.end, b.start) + b.by + text.slice(b.end);
        const expected = [first, second].flatMap((mutation) =>
          found(mutation.text).filter((each) => !base.includes(each)),
        );
        const together = found(both);
        for (const each of expected)
          assert.ok(together.includes(each), `${each}\nis not among\n${together.join("\n")}`);
      });
      fc.assert(property, { numRuns: RUNS / DEFINITIONS.length, seed: 4711 });
    });
  }
});

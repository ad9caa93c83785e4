// Every single thing in every accepted definition is broken once. It is reported at its place, and almost nothing else
// is.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import * as assert from "uvu/assert";
import type { Diagnostic } from "../src/base/diagnostic.ts";
import { type Host, memoryHost } from "../src/base/host.ts";
import { positionAt, type Source, type Span, textOf } from "../src/base/source.ts";
import { compile } from "../src/compile.ts";
import { describe } from "./describe.ts";
import { casesOf, definitionOf } from "./fixtures.ts";
import { fixture } from "./golden.ts";
import { expectationOf } from "./mutations/expected.ts";
import { type Mutation, mutationsOf } from "./mutations/mutate.ts";

/** Every nth mutation is tested; `MUTATIONS=all` tests all. */
const EVERY = process.env["MUTATIONS"] === "all" ? 1 : 8;

/** The share of mistakes that must cause exactly one finding. */
const SHARE_OF_ONE = 0.97;

/** The number of findings that may exceed the number of uses of the broken thing. */
const TOLERANCE = 2;

interface Case {
  readonly name: string;
  readonly files: ReadonlyMap<string, string>;
  /** The file that is checked, and the files that are broken. */
  readonly given: string;
  readonly definitions: readonly string[];
}

function loadCase(name: string): Case {
  const folder = fixture(...name.split("/"));
  const files = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
  return {
    name,
    files: new Map(files.map((path) => [path, readFileSync(join(folder, path), "utf8")])),
    given: definitionOf(folder),
    definitions: files.filter((path) => /(?:^|\/)(?:efemarai|models?)\.ya?ml$/.test(path)),
  };
}

const CASES = [...casesOf("accept").map((name) => `accept/${name}`), "run/digits"].map(loadCase);

/** The findings of all mutations. */
interface Tally {
  readonly counts: Map<number, number>;
  found: number;
  free: number;
  readonly failures: string[];
}

/** Compiles a case with one changed file. The results for the other files are computed once. */
function diagnose({ files, given }: Case, path: string, text: string): readonly Diagnostic[] {
  const host: Host = memoryHost(new Map(files).set(path, text));
  return compile([given], host).diagnostics;
}

function judge(of: Case, path: string, mutation: Mutation, before: ReadonlySet<string>, tally: Tally): void {
  const expectation = expectationOf(mutation);
  const source: Source = { path, text: mutation.text };
  const label = `${of.name}/${path} ${mutation.path}: ${mutation.kind} ${mutation.how}`.trimEnd();
  let all: readonly Diagnostic[];
  try {
    all = diagnose(of, path, mutation.text);
  } catch (error) {
    tally.failures.push(`${label}: crashes: ${error}`);
    return;
  }
  for (const diagnostic of all) {
    for (const span of spansOf(diagnostic)) {
      const { start, end, source } = span;
      if (!(start >= 0 && start <= end && end <= source.text.length)) tally.failures.push(`${label}: a span outside`);
    }
  }
  const isMoved = ["delete", "duplicate", "misspell-key"].includes(mutation.kind);
  const news = all.filter((diagnostic) => !before.has(keyOf(diagnostic, isMoved)));
  const said = news.map(
    ({ code, span }) => `${positionAt(span.source, span.start).line} ${code} ${textOf(span).split("\n")[0]}`,
  );
  tally[expectation]++;
  if (news.length === 0 && expectation !== "found") return;
  tally.counts.set(news.length, (tally.counts.get(news.length) ?? 0) + 1);
  const lines = linesOf(source, mutation);
  const isPlaced = news.some((diagnostic) => spansOf(diagnostic).some((span) => isAt(span, source, lines, of.given)));
  const limit = 1 + mutation.uses + mutation.reach + inheritingModels(of) + TOLERANCE;
  if (news.length === 0) tally.failures.push(`${label}: nothing is said`);
  else if (!isPlaced && expectation === "found")
    tally.failures.push(`${label}: in the wrong place: ${said.join("; ")}`);
  else if (news.length > limit) tally.failures.push(`${label}: too much is said: ${said.join("; ")}`);
}

/** The common part of two equal findings. A moved finding has another path. */
function keyOf({ code, message, path, span }: Diagnostic, isMoved: boolean): string {
  return [code, message, textOf(span), isMoved ? "" : path].join("\0");
}

function spansOf({ span, related = [] }: Diagnostic): readonly Span[] {
  return [span, ...related.map((other) => other.span)];
}

function linesOf(source: Source, { places }: Mutation): ReadonlySet<number> {
  const lines = new Set<number>();
  for (const { start, end } of places) {
    const last = positionAt(source, Math.max(start, end - 1)).line;
    for (let line = positionAt(source, start).line; line <= last; line++) lines.add(line);
  }
  return lines;
}

/** A model of the checked file that uses a broken runtime of another file is also a right place. */
function isAt({ source, start, end }: Span, mutated: Source, lines: ReadonlySet<number>, given: string): boolean {
  if (source.path !== mutated.path) return source.path === given;
  const last = positionAt(source, end).line;
  for (let line = positionAt(source, start).line; line <= last; line++) if (lines.has(line)) return true;
  return false;
}

/** The number of models that may use a runtime of another file. */
function inheritingModels({ files, given }: Case): number {
  const isLent = [...files.values()].some((text) => text.includes("- name: ${model.name}"));
  return isLent ? (files.get(given)?.match(/^ {2}- name: /gm)?.length ?? 0) : 0;
}

/** Spreads the sample over all kinds of mutations, the same in every run. */
const isSampled = (index: number) => ((index * 2_654_435_761) >>> 8) % EVERY === 0;

describe("one broken thing in an accepted definition", (test) => {
  const total: Tally = { counts: new Map(), found: 0, free: 0, failures: [] };
  let index = 0;
  for (const of of CASES) {
    test(of.name, () => {
      const tally: Tally = { ...total, failures: [] };
      for (const path of of.definitions) {
        const text = of.files.get(path) ?? "";
        const before = new Set(
          diagnose(of, path, text).flatMap((diagnostic) => [keyOf(diagnostic, true), keyOf(diagnostic, false)]),
        );
        for (const mutation of mutationsOf(text)) if (isSampled(index++)) judge(of, path, mutation(), before, tally);
      }
      for (const kind of ["found", "free"] as const) total[kind] = tally[kind];
      assert.is(tally.failures.join("\n"), "");
    });
  }

  test("causes one finding", () => {
    const counts = [...total.counts].sort(([a], [b]) => a - b);
    const all = counts.reduce((sum, [, times]) => sum + times, 0);
    const findings = counts.reduce((sum, [count, times]) => sum + count * times, 0);
    const one = total.counts.get(1) ?? 0;
    console.log(
      `\n${total.found} mistakes, ${total.free} changes that are none; findings each: ` +
        `${counts.map(([count, times]) => `${count} (${times})`).join(", ")}, ${(findings / all).toFixed(3)} on average`,
    );
    assert.ok(one / all >= SHARE_OF_ONE, `only ${one} of ${all} lead to exactly one finding`);
  });
});

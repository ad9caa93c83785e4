// The syntax checker against `compile()` of the installed Pythons: every kind of mistake, real files, real modules with
// one mistake each, and hostile text. The tests run a sample. `EVERY_PYTHON_FILE=1` tests all installed files.
// `PYTHON_FILES` adds folders and `PYTHONS` adds Pythons, separated by colons. `SEED` gives other mutants.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import * as assert from "uvu/assert";
import { describeSyntaxMistake } from "../src/check/python-syntax-words.ts";
import { findSyntaxMistake } from "../src/python/syntax/check-syntax.ts";
import type { SyntaxMistake } from "../src/python/syntax/mistake.ts";
import { describe } from "./describe.ts";
import { processorTime } from "./processor-time.ts";
import { assertLinear } from "./python/assertions.ts";
import { compileWith, pythonsAtHand, type Refused } from "./python/compile-oracle.ts";
import { HOSTILE } from "./python/hostile.ts";
import { type Mutant, mutate, randomFrom } from "./python/mutants.ts";
import { ACCEPTED, MISTAKES, NEWER, UNEXPECTED } from "./python/syntax-mistakes.ts";

const IS_WHOLE = process.env["EVERY_PYTHON_FILE"] === "1";
const SEED = Number(process.env["SEED"] ?? 1);
/** The files and mutants of one test, because each test has a time limit. */
const AT_ONCE = IS_WHOLE ? 1_000 : 250;
const MUTANTS = IS_WHOLE ? 20_000 : 500;

const pythons = pythonsAtHand();
const [reference = "python3"] = pythons;

function lineOf(text: string, { start }: SyntaxMistake): number {
  return text.slice(0, start).split(/\r\n|\r|\n/).length;
}

/** A mistake as one word and a line, for comparison. */
function shown(text: string): string {
  const mistake = findSyntaxMistake(text);
  return mistake === undefined ? "nothing" : `${mistake.kind} in line ${lineOf(text, mistake)}`;
}

/** Everything that all installed Pythons reject is rejected; `answers` of other sources are `null`. */
async function refusedByAll(texts: readonly string[]): Promise<readonly (readonly Refused[] | null)[]> {
  const all = await Promise.all(
    pythons.map((python) =>
      compileWith(
        python,
        texts.map((text) => ({ text })),
      ),
    ),
  );
  return texts.map((_, at) => {
    const answers = all.map((each) => each[at] ?? null);
    const refusals = answers.filter((answer) => answer !== null);
    return refusals.length === answers.length ? refusals : null;
  });
}

describe("python-syntax: kinds of mistakes", (test) => {
  const sources = Object.entries(MISTAKES).flatMap(([kind, each]) => {
    return each.map((source) => {
      const [text, line] = typeof source === "string" ? [source, 1] : source;
      return { kind, text, line };
    });
  });

  for (const kind of Object.keys(MISTAKES)) {
    test(kind, () => {
      for (const { text, line } of sources.filter((each) => each.kind === kind)) {
        assert.is(shown(text), `${kind} in line ${line}`, text);
        const mistake = findSyntaxMistake(text);
        if (mistake === undefined) continue;
        const source = { path: "m.py", text };
        const { message, hint, span } = describeSyntaxMistake(source, mistake);
        assert.match(message, /^[A-Z`].*\.$/);
        assert.ok(hint === undefined || /^[A-Z].*\.$/.test(hint), hint);
        assert.not.match(`${message} ${hint ?? ""}`, /undefined|``/);
        assert.ok(0 <= span.start && span.start <= span.end && span.end <= text.length, text);
      }
    });
  }

  test("mistakes without a message of their own are also found", () => {
    for (const source of UNEXPECTED) assert.is.not(shown(String(source)), "nothing", String(source));
  });

  test(`none is compiled by ${pythons.join(", ")}`, async () => {
    const texts = [...sources.map(({ text }) => text), ...UNEXPECTED.map(String)];
    const answers = await refusedByAll(texts);
    assert.equal(
      texts.filter((_, at) => answers[at] === null),
      [],
    );
  });

  test("code that some Python compiles is not a mistake", async () => {
    for (const text of [...ACCEPTED.map(([source]) => source), ...NEWER]) assert.is(shown(text), "nothing", text);
    const questions = ACCEPTED.map(([text]) => ({ text }));
    for (const python of pythons) {
      const minor = Number(
        execFileSync(python, ["-c", "import sys; print(sys.version_info[1])"], { encoding: "utf8" }),
      );
      const answers = await compileWith(python, questions);
      const refused = ACCEPTED.filter(([, since], at) => since <= minor && answers[at] !== null);
      assert.equal(refused, [], python);
    }
  });
});

describe("python-syntax: against compile()", (test) => {
  const print = "import site, sysconfig; print('\\n'.join({*site.getsitepackages(), sysconfig.get_path('stdlib')}))";
  const folders = execFileSync("python3", ["-c", print], { encoding: "utf8" }).trim().split("\n");
  const more = process.env["PYTHON_FILES"]?.split(":") ?? [];
  const all = [...new Set([...folders, ...more].flatMap(pythonFiles))].sort();
  const step = IS_WHOLE ? 1 : Math.ceil(all.length / AT_ONCE);
  const files = all.filter((_, at) => at % step === 0);
  const counts = { files: 0, refused: 0, found: 0, sameLine: 0 };

  for (let from = 0; from < files.length; from += AT_ONCE) {
    test(`real files ${from} to ${Math.min(from + AT_ONCE, files.length)}: no false alarm`, async () => {
      const readable = files.slice(from, from + AT_ONCE).flatMap((path) => {
        const text = textAt(path);
        return text === undefined ? [] : [{ path, text, mistake: findSyntaxMistake(text) }];
      });
      const answers = await compileWith(reference, readable);
      const found = readable.filter(({ mistake }) => mistake !== undefined);
      const refusals = await refusedByAll(found.map(({ text }) => text));
      assert.equal(
        found.flatMap(({ path, text }, at) => (refusals[at] === null ? [`${path}: ${shown(text)}`] : [])),
        [],
      );
      counts.files += readable.length;
      counts.refused += answers.filter((answer) => answer !== null).length;
      counts.found += found.length;
      const isSame = ({ text, mistake }: (typeof readable)[number], at: number) =>
        mistake !== undefined && lineOf(text, mistake) === answers[at]?.line;
      counts.sameLine += readable.filter(isSame).length;
      if (from + AT_ONCE < files.length) return;
      console.log(
        `  ${counts.files} files, none with a false alarm; ${reference} refuses ${counts.refused}, of which`,
        `${counts.found} are found, ${counts.sameLine} in the same line`,
      );
    });
  }

  const sums = { mutants: 0, refused: 0, found: 0, sameLine: 0 };
  const random = randomFrom(SEED);
  const library = files.filter((path) => !/[\\/](?:test|tests|lib2to3|idlelib)[\\/]/.test(path));
  for (let from = 0; from < MUTANTS; from += AT_ONCE * 2) {
    test(`mutants ${from} to ${from + AT_ONCE * 2}, seed ${SEED}`, async () => {
      const mutants: Mutant[] = [];
      while (mutants.length < AT_ONCE * 2) {
        const text = textAt(library[random(library.length)] ?? "");
        if (text === undefined || text.length > 20_000) continue;
        const mutant = mutate(text, random);
        if (mutant !== undefined) mutants.push(mutant);
      }
      const answers = await refusedByAll(mutants.map(({ text }) => text));
      for (const [at, { text, what, line }] of mutants.entries()) {
        const mistake = findSyntaxMistake(text);
        const answer = answers[at] ?? null;
        sums.mutants++;
        const place = `${what} in line ${line}, seed ${SEED}: ${text.split("\n")[line - 1]}`;
        if (answer === null) assert.is(mistake, undefined, `a false alarm: ${place}`);
        // Without a message, the compiler was exhausted.
        else if (answer[0]?.message !== null) {
          sums.refused++;
          if (mistake === undefined) continue;
          sums.found++;
          if (answer[0]?.line === null || answer[0]?.line === lineOf(text, mistake)) sums.sameLine++;
        }
      }
      if (from + AT_ONCE * 2 < MUTANTS) return;
      const { refused, found, sameLine } = sums;
      console.log(
        `  ${sums.mutants} mutants, none with a false alarm; ${pythons.join(", ")} refuse ${refused}, of which`,
        `${found} are found, ${sameLine} in the line that ${reference} names; seed ${SEED}`,
      );
      assert.ok(refused > sums.mutants / 5, `only ${refused} were refused`);
      assert.ok(sameLine >= refused * 0.95, `${sameLine} of ${refused}`);
    });
  }
});

function pythonFiles(folder: string): readonly string[] {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return paths.filter((path) => path.endsWith(".py")).map((path) => join(folder, path));
}

/** The text of a file; empty if it is not UTF-8 or too large to be written by hand. */
function textAt(path: string): string | undefined {
  const bytes = readFileSync(path);
  if (bytes.length > 2_000_000) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

describe("python-syntax: any text", (test) => {
  const base = ACCEPTED.map(([source]) => source).join("\n");
  const pieces = [
    ...Object.values(MISTAKES)
      .flat()
      .map((source) => (typeof source === "string" ? source : source[0])),
  ];
  const isInside = (text: string) => {
    const mistake = findSyntaxMistake(text);
    if (mistake === undefined) return;
    for (const { start, end } of [mistake, mistake.other ?? mistake])
      assert.ok(0 <= start && start <= end && end <= text.length, JSON.stringify({ text, mistake }));
    describeSyntaxMistake({ path: "m.py", text }, mistake);
  };

  test("never throws, and every place is inside of the text", () => {
    const edited = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.nat(30),
      piece: fc.constantFrom(...pieces),
    });
    fc.assert(
      fc.property(fc.array(edited, { maxLength: 4 }), (edits) => {
        isInside(
          edits.reduce((text, { at, cut, piece }) => {
            const start = Math.floor(at * text.length);
            return text.slice(0, start) + piece + text.slice(start + cut);
          }, base),
        );
      }),
      { numRuns: 300 },
    );
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 80 }), isInside), { numRuns: 2_000 });
    const words = [
      "def ",
      "f(",
      "):",
      "\n",
      "  ",
      "x",
      "=",
      "f'{",
      "}'",
      "'",
      '"""',
      "[",
      "]",
      "match ",
      "case ",
      ",",
      "*",
      "\\",
      "0",
      "await ",
      "with ",
      "as ",
      "lambda ",
      "if ",
      "else ",
      "\t",
      "try:",
      "except ",
    ];
    const made = fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((each) => each.join(""));
    fc.assert(fc.property(made, isInside), { numRuns: 5_000 });
  });

  const repeat =
    (piece: string, before = "") =>
    (size: number) =>
      before + piece.repeat(Math.ceil(size / piece.length));
  for (const [title, make] of [
    ...HOSTILE,
    ["prefixes", repeat("-", "x = ")],
    ["denials", repeat("not ", "x = ")],
    ["conditions in one another", repeat("a if b else ", "x = ")],
    ["lambdas in one another", repeat("lambda: ", "x = ")],
    ["powers", repeat("a**-", "x = ")],
    ["comparisons", repeat("a < ", "x = ")],
    ["calls after each other", repeat("()", "x = f")],
    ["two hundred brackets, again and again", repeat(`x = ${"(".repeat(199)}a${",)".repeat(199)} = y\n`)],
    ["targets in brackets", repeat(`${"[".repeat(199)}a${"]".repeat(199)} = y\n`)],
    ["loops in brackets", repeat(`${"[".repeat(90)}x${" for x in y]".repeat(90)}\n`)],
    ["decimal places", repeat("1_0", "x = 1")],
    [
      "statements about global names",
      (size) => `def f():\n${Array.from({ length: size / 16 }, (_, at) => `  global a${at}\n`).join("")}`,
    ],
    [
      "names before global ones",
      (size) => `def f():\n${Array.from({ length: size / 32 }, (_, at) => `  x${at}\n  global a${at}\n`).join("")}`,
    ],
    [
      "names of outer functions",
      (size) =>
        `def f():\n  def g():\n${Array.from({ length: size / 16 }, (_, at) => `    nonlocal a${at}\n`).join("")}`,
    ],
    ["old exceptions", repeat("try: pass\nexcept A, b: pass\n", "b = 1\n")],
    ["matches", repeat("match (x)\n")],
    ["matches with brackets", repeat("match (x):\n  case [a, *b] | {1: c}: pass\n")],
    ["contexts in brackets", repeat("with (a as b, c as d): pass\n")],
    ["parameters", (size) => `def f(${Array.from({ length: size / 8 }, (_, at) => `a${at}`).join(", ")}): pass`],
    ["arguments by name", (size) => `f(${Array.from({ length: size / 8 }, (_, at) => `a${at}=1`).join(", ")})`],
    [
      "captures by name",
      (size) => `match x:\n  case [${Array.from({ length: size / 8 }, (_, at) => `a${at}`).join(", ")}]: pass`,
    ],
    [
      "alternatives",
      (size) => `match x:\n  case ${Array.from({ length: size / 8 }, (_, at) => `a.b${at}`).join(" | ")}: pass`,
    ],
    ["walruses in comprehensions", repeat(`${"[".repeat(60)}a := b${" for c in d]".repeat(60)}\n`)],
    ["conflict marks without an end", repeat("<")],
    ["escapes", repeat("\\N{a}", "x = '")],
    ["wide letters", repeat("\u00e9\u4f60", "x = ")],
  ] satisfies readonly (readonly [string, (size: number) => string])[]) {
    test(`takes linear time: ${title}`, () => assertLinear(make, (text) => findSyntaxMistake(text)));
  }

  test("reads ten megabytes in one line, and a million brackets", () => {
    const milliseconds = processorTime(() => {
      findSyntaxMistake(`x = "${"a".repeat(10_000_000)}"`);
      assert.is(shown("(".repeat(1_000_000)), "nested-brackets in line 1");
      assert.is(shown("f'{".repeat(300_000)), "nested-brackets in line 1");
    });
    assert.ok(milliseconds < 5_000, `${milliseconds} ms`);
  });
});

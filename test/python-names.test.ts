// The meaning of names: generated modules with conditions, rebinding, imports and decorators, each run by CPython with
// every setting of its conditions. A name that works in some variant is never rejected.
import fc from "fast-check";
import * as assert from "uvu/assert";
import { describe } from "./describe.ts";
import { type Case, compareVariants } from "./python/variants.ts";

const SAMPLES = process.env["ORACLES"] === "all" ? 10_000 : 500;
const FLAGS = 3;
const PARAMETERS = ["a", "b"] as const;

const parameters = fc.constantFrom("a", "b", "a, b", "a, b=1", "a=1", "", "**options", "*, b", "a, /", "*rest");
/** The names that statements bind and use. The test looks up the first one. */
const name = fc.constantFrom("f", "f", "g", "h");
const flag = fc.nat(FLAGS - 1).map((at) => `flag(${at})`);

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `    ${line}`);

/** Statements that bind names, each as its lines. */
const simple: fc.Arbitrary<readonly string[]> = fc.oneof(
  { weight: 10, arbitrary: fc.tuple(name, parameters).map(([f, list]) => [`def ${f}(${list}): pass`]) },
  { weight: 2, arbitrary: fc.tuple(name, name).map(([f, g]) => [`${f} = ${g}`]) },
  { weight: 1, arbitrary: fc.tuple(name, name).map(([f, g]) => [`${f}, ${g} = ${g}, ${f}`]) },
  { weight: 1, arbitrary: fc.tuple(name, parameters).map(([f, list]) => [`${f} = lambda ${list}: None`]) },
  { weight: 1, arbitrary: fc.tuple(name, name).map(([f, g]) => [`${f} = functools.partial(${g}, a=1)`]) },
  { weight: 1, arbitrary: name.map((f) => [`${f} = None`]) },
  { weight: 1, arbitrary: name.map((f) => [`del ${f}`]) },
  { weight: 1, arbitrary: fc.tuple(name, name).map(([f, g]) => [`from other import ${f} as ${g}`]) },
  { weight: 1, arbitrary: fc.constantFrom(["from other import *"], ["import other as h"], ["f = other.g"]) },
  { weight: 1, arbitrary: fc.tuple(name, name).map(([f, g]) => [`for ${f} in (${g}, ${g}): pass`]) },
  { weight: 1, arbitrary: fc.tuple(name, name).map(([f, g]) => [`(${f} := ${g})`]) },
  { weight: 1, arbitrary: fc.tuple(name, name).map(([f, g]) => [`with same_context(${g}) as ${f}: pass`]) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(name, name, fc.boolean())
      .map(([f, g, isCalled]) => [
        "def change():",
        `    global ${f}`,
        `    ${f} = ${g}`,
        ...(isCalled ? ["change()"] : []),
      ]),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(name, parameters, fc.constantFrom("", "(Base)", "(Made)"))
      .map(([f, list, bases]) => [
        `class ${f}${bases}:`,
        `    def __init__(self${list === "" ? "" : `, ${list}`}): pass`,
      ]),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(name, fc.constantFrom("Base", "Made")).map(([f, base]) => [`class ${f}(${base}): pass`]),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ["f = Base.__call__"],
      ["made = Base(1)", "f = made.run"],
      ["made = Base(1)", "f = made"],
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(["Base = Made"], ["class Base:", "    def __init__(self, b): pass"]) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        name,
        parameters,
        fc.constantFrom("same", "wrapping", "plain", "own", "swallowing", "adding", "made_by(1)"),
      )
      .map(([f, list, decorator]) => [`@${decorator}`, `def ${f}(${list}): pass`]),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(name, parameters, flag)
      .map(([f, list, each]) => [
        `class ${f}:`,
        `    if ${each}:`,
        `        def __init__(self${list === "" ? "" : `, ${list}`}): pass`,
      ]),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ["setattr(Base, '__init__', lambda self: None)"],
      ["Base.run = Base.__call__"],
      ["other.g = None"],
    ),
  },
);

/** The same statements in conditions, in loops and with handlers. */
const statement: fc.Arbitrary<readonly string[]> = fc.letrec<{ statement: readonly string[]; body: readonly string[] }>(
  (tie) => ({
    body: fc.array(tie("statement"), { minLength: 1, maxLength: 2 }).map((all) => all.flat()),
    statement: fc.oneof(
      { maxDepth: 2 },
      { weight: 24, arbitrary: simple },
      { weight: 2, arbitrary: fc.tuple(flag, tie("body")).map(([each, body]) => [`if ${each}:`, ...indented(body)]) },
      {
        weight: 3,
        arbitrary: fc
          .tuple(flag, tie("body"), tie("body"))
          .map(([each, body, other]) => [`if ${each}:`, ...indented(body), "else:", ...indented(other)]),
      },
      {
        weight: 3,
        arbitrary: fc
          .tuple(fc.nat(FLAGS - 1), tie("body"), tie("body"))
          .map(([at, body, other]) => [
            "try:",
            ...indented([`boom(${at})`, ...body]),
            "except ImportError:",
            ...indented(other),
          ]),
      },
      { weight: 1, arbitrary: tie("body").map((body) => ["for each in range(2):", ...indented(body)]) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(flag, tie("body"))
          .map(([each, body]) => [`while ${each}:`, ...indented([...body, "break"])]),
      },
    ),
  }),
).statement;

const HEAD = `import functools
from contextlib import contextmanager

import other
from helpers import adding, made_by, own, plain, same, same_context, swallowing, wrapping


class Base:
    def __init__(self, a): pass
    def __call__(self, b): pass
    def run(self, a, b=1): pass


class Made(Base):
    pass
`;

const HELPERS = `import functools
from contextlib import contextmanager


@contextmanager
def same_context(value):
    yield value


def same(function):
    return function


def wrapping(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        with same_context(1):
            return function(*args, **kwargs)
    return wrapper


def plain(function):
    def wrapper(*args, **kwargs):
        result = function(*args, **kwargs)
        return result
    return wrapper


def own(function):
    def wrapper(b, a=1):
        return None
    return wrapper


def swallowing(function):
    def wrapper(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except TypeError:
            return None
    return wrapper


def adding(function):
    def wrapper(*args, **kwargs):
        kwargs.pop("b", None)
        return function(*args, **kwargs)
    return wrapper


def made_by(number):
    def decorator(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            return function(*args, **kwargs)
        return wrapper
    return decorator
`;

/** All ways to pass some of the names. */
const CALLS = Array.from({ length: 1 << PARAMETERS.length }, (_, bits) =>
  PARAMETERS.filter((_name, at) => (bits >> at) & 1),
);

const modules = fc
  .record({
    body: fc.array(statement, { minLength: 1, maxLength: 6, size: "max" }),
    other: fc.array(statement, { minLength: 1, maxLength: 3 }),
    first: fc.tuple(parameters, parameters, parameters),
  })
  .map(({ body, other, first }): Case => {
    // All used names exist, so that most modules can be imported.
    const start = ["f", "g", "h"].map((each, at) => `def ${each}(${first[at]}): pass`);
    const start2 = start.toReversed();
    const isAlone = (line: string) => !/other/.test(line);
    const text = (lines: readonly string[]) => `${lines.join("\n")}\n`;
    const files = {
      module: `${HEAD}\n\n${text([...start, ...body.flat()])}`,
      other: `${HEAD.replace("import other\n", "")}\n\n${text([...start2, ...other.filter((lines) => lines.every(isAlone)).flat()])}`,
      helpers: HELPERS,
    };
    return { files, entry: "f", flags: FLAGS, calls: CALLS };
  });

describe("python: names", (test) => {
  test("have a meaning that some variant of the module gives them, and nothing that works is rejected", () => {
    const counts = compareVariants(fc.sample(modules, { numRuns: SAMPLES, seed: 13 }));
    console.log(
      `  ${counts.modules} modules in ${counts.variants} variants: ${counts.accepted} calls accepted, ${counts.refused} refused,`,
      `${counts.open} open, ${counts.broken} that Python cannot import`,
    );
    assert.ok(counts.accepted > SAMPLES / 4 && counts.refused > SAMPLES / 4, "too little was certain");
  });
});

// Method resolution in generated class hierarchies, including diamonds and impossible ones, compared with CPython.
import fc from "fast-check";
import * as assert from "uvu/assert";
import { describe } from "./describe.ts";
import { type Case, compareVariants } from "./python/variants.ts";

const NAMES = ["a", "b", "c"] as const;
const SAMPLES = process.env["ORACLES"] === "all" ? 20_000 : 600;

const parameters = fc
  .record({ names: fc.subarray([...NAMES]), defaults: fc.nat(3), rest: fc.constantFrom("", "", "", "**options") })
  .map(({ names, defaults, rest }) => {
    const written = names.map((name, at) => (at >= names.length - defaults ? `${name}=1` : name));
    return [...written, ...(rest === "" ? [] : [rest])].join(", ");
  });

const method = (name: string, first: string, body: string) =>
  parameters.map((list) => `def ${name}(${first}${list === "" ? "" : `, ${list}`}): ${body}`);

const field = fc.record({
  name: fc.constantFrom(...NAMES),
  value: fc.constantFrom(" = 1", " = 1", "", " = field(default=1)", " = field(default=1, init=False)"),
});
const member = fc.oneof(
  { weight: 5, arbitrary: method("__init__", "self", "pass") },
  { weight: 1, arbitrary: method("__new__", "cls", "return object.__new__(cls)") },
  { weight: 2, arbitrary: method("__call__", "self", "pass") },
  { weight: 4, arbitrary: field.map(({ name, value }) => `${name}: int${value}`) },
  { weight: 1, arbitrary: fc.constantFrom("__init__ = shared", "def other(self): pass", "a = 1", "__call__ = shared") },
);

const rarely = <T>(common: T, ...rare: readonly T[]) =>
  fc.oneof({ weight: 15, arbitrary: fc.constant(common) }, { weight: 1, arbitrary: fc.constantFrom(common, ...rare) });

/** Some of the classes before a class, in an order that almost always allows a method resolution order. */
function youngestFirst(bases: readonly number[], at: number): readonly number[] {
  return [...new Set(bases.map((base) => base % at))].sort((a, b) => b - a);
}

/** Classes whose bases are some of the classes before them. */
const classes = fc.array(
  fc.record({
    bases: fc.array(fc.nat(60), { minLength: 1, maxLength: 3, size: "max" }),
    extra: rarely("", "object", "ABC", "Generic[T]"),
    decorator: fc.oneof(
      { weight: 4, arbitrary: fc.constant("") },
      {
        weight: 3,
        arbitrary: fc.constantFrom("@dataclass", "@dataclass(kw_only=True)", "@same", "@dataclass(init=False)"),
      },
    ),
    body: fc.oneof(
      { weight: 2, arbitrary: fc.constant<readonly string[]>([]) },
      { weight: 3, arbitrary: fc.array(member, { maxLength: 3 }) },
    ),
    isTuple: rarely(false, true),
  }),
  { minLength: 2, maxLength: 7, size: "max" },
);

const HEAD = `from abc import ABC
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")


def same(cls):
    return cls


def shared(self, a, c=1): pass


`;

/** All ways to pass some of the names. */
const CALLS = Array.from({ length: 1 << NAMES.length }, (_, bits) => NAMES.filter((_name, at) => (bits >> at) & 1));

const hierarchies = fc
  .record({ classes, isInstance: fc.constantFrom(false, false, true) })
  .map(({ classes, isInstance }): Case => {
    const text = classes.map(({ bases, extra, decorator, body, isTuple }, at) => {
      const own =
        at === 0 ? [] : [...youngestFirst(bases, at).map((base) => `C${base}`), ...(extra === "" ? [] : [extra])];
      const head = isTuple ? "NamedTuple" : own.join(", ");
      const lines = isTuple ? body.filter((line) => /^\w+: int/.test(line) && !line.includes("field")) : body;
      const decorated = isTuple || decorator === "" ? "" : `${decorator}\n`;
      return `${decorated}class C${at}(${head}):\n${["pass", ...lines].map((line) => `    ${line}\n`).join("")}`;
    });
    const last = `C${classes.length - 1}`;
    const made = isInstance ? `\n\nmade = ${last}()\n` : "";
    return {
      files: { module: `${HEAD}${text.join("\n\n")}${made}` },
      entry: isInstance ? "made" : last,
      flags: 0,
      calls: CALLS,
    };
  });

/** Classes with several bases, each with a parameter of its own, so that a call shows which constructor is inherited. */
const diamonds = fc
  .array(
    fc.record({ bases: fc.array(fc.nat(60), { minLength: 1, maxLength: 3, size: "max" }), hasInit: fc.boolean() }),
    {
      minLength: 4,
      maxLength: 8,
      size: "max",
    },
  )
  .chain((classes) => fc.record({ classes: fc.constant(classes), isSorted: rarely(true, false) }))
  .map(({ classes, isSorted }): Case => {
    const text = classes.map(({ bases, hasInit }, at) => {
      const own = at === 0 ? [] : youngestFirst(bases, at);
      const isLast = at === classes.length - 1;
      const body = at === 0 || (hasInit && !isLast) ? `def __init__(self, p${at}): pass` : "pass";
      return `class C${at}(${(isSorted ? own : own.toReversed()).map((base) => `C${base}`).join(", ")}):\n    ${body}\n`;
    });
    const calls = classes.map((_, at) => [`p${at}`]);
    return { files: { module: text.join("\n\n") }, entry: `C${classes.length - 1}`, flags: 0, calls };
  });

describe("python: classes", (test) => {
  test("inherit from diamonds as Python does", () => {
    const counts = compareVariants(fc.sample(diamonds, { numRuns: SAMPLES, seed: 12 }));
    const { modules, accepted, refused, open, broken } = counts;
    console.log(`  ${modules} diamonds: ${accepted} calls accepted, ${refused} refused, ${broken} that Python refuses`);
    assert.is(open, 0);
    assert.ok(accepted > SAMPLES / 2, "too little was compared");
  });

  test("are searched in the order of Python, and created as Python creates them", () => {
    const counts = compareVariants(fc.sample(hierarchies, { numRuns: SAMPLES, seed: 11 }));
    const { modules, accepted, refused, open, broken } = counts;
    console.log(
      `  ${modules} hierarchies: ${accepted} calls accepted, ${refused} refused, ${open} open, ${broken} that Python refuses`,
    );
    assert.ok(accepted > SAMPLES / 4 && refused > SAMPLES / 4, "too little was certain");
    assert.ok(open < accepted + refused, "too much was left open");
  });
});

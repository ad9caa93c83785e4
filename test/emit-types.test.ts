// How Python types become TypeScript types, in which direction, and what a prediction consists of.
import * as assert from "uvu/assert";
import { predictionFields } from "../src/emit/predictions.ts";
import { type Form, type PythonTypes, typeNote, typeText } from "../src/emit/python-types.ts";
import type { PlanClass, PlanType } from "../src/plan/execution-plan.ts";
import { describe } from "./describe.ts";

const integer: PlanType = { kind: "integer" };
const text: PlanType = { kind: "text" };
const none: PlanType = { kind: "null" };
const bytes: PlanType = { kind: "bytes" };
const box: PlanType = { kind: "class", name: "Box" };
const data: PlanType = { kind: "class", name: "Data" };
const open: PlanType = { kind: "unknown", reason: "open", text: "" };

const fields = [{ name: "x", type: integer, optional: false }];
const classes = new Map<string, PlanClass>([
  ["Box", { name: "Box", form: "dataclass", fields }],
  ["Data", { name: "Data", form: "typed-dict", fields }],
]);
const types: PythonTypes = { classes, interfaceOf: (name) => name };

const union = (...members: readonly PlanType[]): PlanType => ({ kind: "union", members });
const color = (passes: boolean): PlanType => ({
  kind: "enum",
  name: "Color",
  value: { kind: "literal", values: ["red"] },
  passes,
});
const list = (item: PlanType): PlanType => ({ kind: "list", item });
const tensor = (library: "numpy" | "torch", dtype?: string): PlanType => ({
  kind: "tensor",
  library,
  ...(dtype === undefined ? {} : { dtype }),
});

/** In all three forms, unless they are the same. */
const TYPES: readonly (readonly [type: PlanType, lists: string, raw?: string, given?: string])[] = [
  [text, "string"],
  [{ kind: "path" }, "string"],
  [integer, "number"],
  [bytes, "unknown"],
  [{ kind: "literal", values: ["a\n", 1, -1.5, true, null] }, '"a\\n" | 1 | -1.5 | true | null'],
  [{ kind: "literal", values: [2 ** 53, 1] }, "number | 1"],
  [list(text), "readonly string[]"],
  [list(union(text, none)), "readonly (string | null)[]"],
  [{ kind: "set", item: text }, "unknown"],
  [{ kind: "map", value: list(integer) }, "Readonly<Record<string, readonly number[]>>"],
  [{ kind: "tuple", items: [] }, "readonly []"],
  [{ kind: "tuple", items: [text, integer] }, "readonly [string, number]"],
  [{ kind: "tuple", items: [], rest: integer }, "readonly number[]"],
  [{ kind: "tuple", items: [text], rest: union(integer, none) }, "readonly [string, ...(number | null)[]]"],
  [union(integer, { kind: "number" }), "number"],
  [union(integer, open), "unknown"],
  [union(integer, bytes, { kind: "set", item: text }), "number"],
  [union(bytes), "unknown"],
  [tensor("torch", "float32"), "NestedArray<number>", 'RawArray<"FP32"> | number', "unknown"],
  [tensor("torch", "bool"), "NestedArray<boolean>", 'RawArray<"BOOL"> | boolean', "unknown"],
  [tensor("torch"), "NestedArray<number | boolean>", "RawArray | number | boolean", "unknown"],
  [
    tensor("numpy"),
    "NestedArray<number | boolean | string>",
    "RawArray | NestedArray<number | boolean | string>",
    "RawArray | ElementData",
  ],
  [tensor("numpy", "float32"), "NestedArray<number>", 'RawArray<"FP32"> | number', 'RawArray<"FP32"> | Float32Array'],
  [tensor("numpy", "bool"), "NestedArray<boolean>", 'RawArray<"BOOL"> | boolean', 'RawArray<"BOOL">'],
  [
    { ...tensor("numpy", "uint8"), dimensions: 3 } as PlanType,
    "readonly (readonly (readonly number[])[])[]",
    'RawArray<"UINT8">',
    'RawArray<"UINT8">',
  ],
  [tensor("numpy", "complex64"), "unknown"],
  [union(none, tensor("torch", "int64")), "null | NestedArray<number>", 'null | RawArray<"INT64"> | number', "unknown"],
  [box, "Box", "Box", "unknown"],
  [union(box, none), "Box | null", "Box | null", "unknown"],
  [union(box, none, text), "Box | null | string", "Box | null | string", "null | string"],
  [{ kind: "value", name: "UUID" }, "string", "string", "unknown"],
  [color(false), '"red"', '"red"', "unknown"],
  [color(true), '"red"'],
  [{ kind: "map", value: integer, keys: ["a b"] }, 'Readonly<Partial<Record<"a b", number>>>'],
  [{ kind: "map", value: integer, keys: [] }, "Readonly<Partial<Record<never, number>>>"],
  [
    { ...tensor("torch", "float32"), dimensions: 2 } as PlanType,
    "readonly (readonly number[])[]",
    'RawArray<"FP32">',
    "unknown",
  ],
  [{ ...tensor("torch", "number"), dimensions: 0 } as PlanType, "number", "number", "unknown"],
  [data, "Data"],
];

describe("types of Python in TypeScript", (test) => {
  for (const [type, lists, raw = lists, given = lists] of TYPES) {
    test(JSON.stringify(type), () => {
      const forms: readonly Form[] = ["lists", "raw", "given"];
      assert.equal(
        forms.map((form) => typeText(types, type, form)),
        [lists, raw, given],
      );
    });
  }

  test("say why a type is unknown", () => {
    const note = (type: PlanType, form: Form = "lists") => typeNote(types, type, form);
    assert.is(note(list(union(none, open))), "The Python type is unspecified.");
    assert.is(note({ kind: "map", value: bytes }), "Values of the Python type `bytes` cannot be transferred.");
    assert.is(note(box, "given"), "Values of the Python type `Box` cannot be transferred.");
    assert.is(
      note({ kind: "unknown", reason: "outside", text: "a.`*/" }),
      "The Python type `a.'*\\/` is not defined in the repository.",
    );
    assert.is(note(list(integer)), "");
    assert.is(note(color(false)), "The value of `Color`.");
    assert.is(note(color(false), "given"), "Values of the Python type `Color` cannot be transferred.");
    assert.is(note({ kind: "value", name: "UUID" }), "`UUID` as text.");
    assert.is(
      note({ kind: "unknown", reason: "enum", text: "Kind" }),
      "The Python enumeration `Kind` has computed values.",
    );
  });
});

const FIELDS: readonly (readonly [
  title: string,
  item: PlanType | undefined,
  keys: readonly string[],
  fields: string | undefined,
])[] = [
  ["nothing is known", undefined, [], undefined],
  ["only keys are known", undefined, ["a", "b"], "a: ?, b: ?"],
  ["a number without keys", integer, [], undefined],
  ["a number, which cannot carry keys", integer, ["a"], "a: ?"],
  ["a class without keys", box, [], "x: integer"],
  ["a class and keys", box, ["y", "x"], "y: ?, x: integer"],
  ["a class or None, which never arrives", union(box, none), ["x"], "x: integer"],
  ["a class or None without keys", union(box, none), [], undefined],
  ["two classes", union(box, data), ["x"], "x: union"],
  ["two classes, of which one has the key", union(box, { kind: "class", name: "Other" }), ["x"], "x: ?"],
  [
    "a class or a function, which never arrives",
    union(box, { kind: "unknown", reason: "internal", text: "Callable" }),
    ["x"],
    "x: integer",
  ],
  ["a class or anything", union(box, open), ["x"], "x: ?"],
  ["a map", { kind: "map", value: text }, ["a"], "a: text"],
  ["a list of objects, each with the name of its key", list(box), ["a"], "a: list"],
];

describe("fields of a prediction", (test) => {
  for (const [title, item, keys, expected] of FIELDS) {
    test(title, () => {
      const found = predictionFields(classes, item, keys);
      assert.is(found?.map(({ name, type }) => `${name}: ${type?.kind ?? "?"}`).join(", "), expected);
    });
  }
});

import { definition, device, expression, SETTINGS_KEY } from "../../../grammar/definition.ts";
import { type NumberShape, type Shape, unwrapOptional } from "../../../grammar/shape.ts";
import { booleanIn, numberIn, wholeNumberIn } from "../../base/setting-text.ts";
import type { Reference } from "../../bind/bound.ts";
import { constantName, type LateName, mayBeEqual } from "../../bind/late-name.ts";
import type { TypedGraph } from "../../infer/typed.ts";
import { expectation } from "../../parse/misfit.ts";
import type { Leaf, ShapedList, ShapedMap } from "../../parse/shaped.ts";
import type { Path, YamlNode } from "../../parse/tree.ts";

/** What a setting expects, and whether the value of an environment variable can be that. */
export interface Expectation {
  readonly name: string;
  readonly fits: (text: string) => boolean;
  /** Whether a mix of text and variables can be that. */
  readonly mayBecome: (name: LateName) => boolean;
}

/** A number, a boolean or a word in a definition, with what is expected there. */
export interface Setting {
  readonly expected: Expectation;
  readonly node: YamlNode;
  readonly path: Path | undefined;
  /** Only in models, where an expression can be more than an environment variable. */
  readonly reference: Reference | undefined;
}

/** The device: the only setting that expressions can refer to. */
export const DEVICE: Expectation = {
  name: "a device",
  fits: (text) => /^\s*(?:cpu|gpu|cuda)\s*$/.test(text),
  mayBecome: mayBecomeOne(device.words),
};
const FLAG: Expectation = {
  name: "true or false",
  fits: (text) => booleanIn(text) !== undefined,
  mayBecome: ({ parts }) => parts.every((part) => "variable" in part || /^[A-Za-z01]*$/.test(part.text)),
};

function wordOf(words: readonly string[]): Expectation {
  return { name: "one of the allowed values", fits: () => true, mayBecome: mayBecomeOne(words) };
}

function mayBecomeOne(words: readonly string[]): Expectation["mayBecome"] {
  return (name) => words.some((word) => mayBeEqual(name, constantName(word)));
}

function numberLike(shape: NumberShape): Expectation {
  const { isInteger, min = Number.NEGATIVE_INFINITY } = shape;
  const read = isInteger ? wholeNumberIn : numberIn;
  const digits = isInteger ? /^[\s+\d_:]*$/ : /^[\s+\d_:.eE-]*$/;
  return {
    name: expectation(shape),
    fits: (text) => (read(text) ?? Number.NEGATIVE_INFINITY) >= min,
    mayBecome: ({ parts }) => parts.every((part) => "variable" in part || digits.test(part.text)),
  };
}

/** The expectation of a shape whose value may be an expression instead. */
function expectationOf(shape: Shape): Expectation | undefined {
  const [first, ...others] = shape.kind === "choice" ? shape.options : [];
  if (first === undefined || !others.includes(expression)) return undefined;
  if (first.kind === "words") return first === device ? DEVICE : wordOf(first.words);
  if (first.kind === "boolean") return FLAG;
  return first.kind === "number" ? numberLike(first) : undefined;
}

/** Every setting of every definition, once, at its own place. */
export function* settingsOf({ bound, models }: TypedGraph): Generator<Setting> {
  for (const { bound: model } of models) {
    for (const { shape, value, isInherited } of model.values) {
      const expected = isInherited ? undefined : expectationOf(shape);
      if (expected === undefined) continue;
      const reference = value.kind === "reference" ? value.reference : undefined;
      yield { expected, node: value.node, path: value.path, reference };
    }
  }
  const { fields } = definition;
  for (const { root } of bound.files) {
    for (const section of SECTIONS) yield* settingsBelow(fields[section], root?.fields[section]);
  }
}

/** The other parts of a file whose settings may contain environment variables. */
const SECTIONS = ["project", "datasets", "tests", SETTINGS_KEY] as const;

function* settingsBelow(shape: Shape, shaped: unknown): Generator<Setting> {
  if (shaped === undefined) return;
  const bare = unwrapOptional(shape);
  if (bare.kind === "map") {
    const { fields } = shaped as ShapedMap<Readonly<Record<string, unknown>>>;
    for (const [key, field] of Object.entries(bare.fields)) yield* settingsBelow(field, fields[key]);
  } else if (bare.kind === "list") {
    for (const item of (shaped as ShapedList<unknown>).items) yield* settingsBelow(bare.item, item);
  } else {
    const expected = expectationOf(bare);
    const { node, path } = shaped as Leaf<YamlNode>;
    if (expected !== undefined) yield { expected, node, path, reference: undefined };
  }
}

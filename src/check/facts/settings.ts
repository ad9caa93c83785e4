import { WORDS } from "../../../grammar/definition.ts";
import { booleanIn, wholeNumberIn } from "../../base/setting-text.ts";
import type { BoundValue, Reference } from "../../bind/bound.ts";
import { constantName, type LateName, mayBeEqual } from "../../bind/late-name.ts";
import type { TypedGraph } from "../../infer/typed.ts";
import type { ParsedDefinition } from "../../parse/parse.ts";
import type { Leaf } from "../../parse/shaped.ts";
import type { Path, ScalarNode, YamlNode } from "../../parse/tree.ts";

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
  mayBecome: mayBecomeOne(WORDS.device),
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

const COUNT = numberFrom(1);

function numberFrom(least: number): Expectation {
  const fits = (text: string) => (wholeNumberIn(text) ?? least - 1) >= least;
  const mayBecome = ({ parts }: LateName) =>
    parts.every((part) => "variable" in part || /^[\s+\d_:]*$/.test(part.text));
  return { name: `a whole number of at least ${least}`, fits, mayBecome };
}

/** Every setting of every definition, where it is written. */
export function* settingsOf({ bound, models }: TypedGraph): Generator<Setting> {
  for (const model of models) {
    const { files, runtime } = model.bound;
    const own = runtime.kind === "own" ? runtime.runtime : undefined;
    yield* ofValue(DEVICE, own?.device);
    yield* ofValue(COUNT, own?.maxSize);
    for (const size of own?.imageSize ?? []) yield* ofValue(COUNT, size);
    for (const { upload } of files.values()) yield* ofValue(FLAG, upload);
  }
  for (const definition of bound.files) yield* outside(definition);
}

function* outside({ root }: ParsedDefinition): Generator<Setting> {
  const { project, datasets, tests } = root?.fields ?? {};
  yield* ofLeaf(wordOf(WORDS.problem_type), project?.fields.problem_type);
  yield* ofLeaf(FLAG, project?.fields.private);
  for (const dataset of datasets?.items ?? []) {
    const fields = dataset?.fields;
    for (const key of ["format", "stage", "mask_generation"] as const) yield* ofLeaf(wordOf(WORDS[key]), fields?.[key]);
    yield* ofLeaf(FLAG, fields?.upload);
    yield* ofLeaf(COUNT, fields?.num_datapoints);
    yield* ofLeaf(numberFrom(0), fields?.min_asset_area);
  }
  for (const test of tests?.items ?? []) {
    const fields = test?.fields;
    for (const count of [fields?.num_samples, fields?.num_runs, fields?.concurrent_runs]) yield* ofLeaf(COUNT, count);
  }
}

function* ofValue(expected: Expectation, value: BoundValue | undefined): Generator<Setting> {
  if (value === undefined) return;
  const reference = value.kind === "reference" ? value.reference : undefined;
  yield { expected, node: value.node, path: value.path, reference };
}

function* ofLeaf(expected: Expectation, leaf: Leaf<ScalarNode> | undefined): Generator<Setting> {
  if (leaf !== undefined) yield { expected, node: leaf.node, path: leaf.path, reference: undefined };
}

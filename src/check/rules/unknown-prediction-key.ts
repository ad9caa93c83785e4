import type { Finding } from "../../base/diagnostic.ts";
import { nearest } from "../../base/nearest.ts";
import { orList, quote } from "../../base/quote.ts";
import type { BoundModel } from "../../bind/bound.ts";
import { plainText } from "../../bind/value.ts";
import { entryOf, printKeyPath, spanOf } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import type { Rule } from "../rule.ts";

const PROJECT = "project: { name: aircraft, problem_type: ObjectDetection }\n";
const keys = (list: string) =>
  example({}).replace("name: predictions\n", `name: predictions\n          keys: ${list}\n`);

export const unknownPredictionKey: Rule = {
  code: "unknown-prediction-key",
  severity: "hint",
  subject: "definition",
  summary: "The keys of a model's predictions do not fit the project's problem type.",
  explanation:
    "The platform evaluates the predictions of each problem type by keys of certain names. With a project of the type `Custom`, or without one, any keys will do.",
  bad: PROJECT + keys("[boxes, classes, score]"),
  good: PROJECT + keys("[boxes, classes, scores]"),
  *check(graph) {
    for (const model of graph.bound.models) yield* checkModel(model);
  },
};

/** What the predictions of a problem type carry, as far as it is known. */
const WANTED: ReadonlyMap<string, readonly string[]> = new Map([
  ["Classification", ["classes", "scores"]],
  ["ObjectDetection", ["boxes", "classes", "scores"]],
  ["InstanceSegmentation", ["masks", "boxes", "classes", "scores"]],
  ["SemanticSegmentation", ["segmentation"]],
  ["ImageRegression", ["regressed_values"]],
  ["Keypoints", ["keypoints"]],
  ["OutputImage", ["image_output"]],
]);

/** `bbox` is how newer code names its boxes. */
const KNOWN: ReadonlySet<string> = new Set([...[...WANTED.values()].flat(), "bbox"]);

function* checkModel({ definition, runtime }: BoundModel): Generator<Finding> {
  const type = definition.root?.fields.project?.fields.problem_type?.node;
  const problem = (type && plainText(type)) ?? "";
  const wanted = WANTED.get(problem);
  const output = runtime.kind === "own" ? runtime.runtime.section.fields.predict?.fields.output : undefined;
  const leaves = output?.fields.keys?.items ?? [];
  // A list that is empty or broken says nothing about what is missing from it.
  if (wanted === undefined || type === undefined || output === undefined || leaves.length === 0) return;
  const related = [{ message: "The problem type.", span: spanOf(type) }];
  const names = leaves.map((leaf) => leaf && plainText(leaf.node));
  for (const [i, leaf] of leaves.entries()) {
    const name = names[i];
    if (leaf === undefined || name === undefined || name.trim() === "" || KNOWN.has(name)) continue;
    const near = nearest(name, KNOWN);
    const [only] = near;
    const span = spanOf(leaf.node);
    yield {
      message: `${quote(name)} is no key that the platform knows for predictions of ${quote(problem)}.`,
      hint: near.length > 0 ? `Did you mean ${orList(near)}?` : `It evaluates ${andList(wanted)}.`,
      span,
      path: printKeyPath(leaf.path),
      related,
      ...(only !== undefined && near.length === 1
        ? { fixes: [{ title: `Write ${quote(only)}`, safe: false, edits: [{ span, newText: only }] }] }
        : {}),
    };
  }
  if (!names.every((name) => name !== undefined && name !== "bbox" && KNOWN.has(name))) return;
  // A key that is written twice may be meant to be the one that is missing.
  if (new Set(names).size < names.length) return;
  const missing = wanted.filter((name) => !names.includes(name));
  const list = entryOf(output.node, "keys");
  if (missing.length === 0 || list === undefined) return;
  yield {
    message: `Predictions of ${quote(problem)} have ${andList(wanted)}; here ${andList(missing)} ${missing.length === 1 ? "is" : "are"} missing.`,
    hint: `Add ${andList(missing)} to the keys if \`predict\` returns ${missing.length === 1 ? "it" : "them"}.`,
    span: spanOf(list.key),
    path: printKeyPath(output.fields.keys?.path),
    related,
  };
}

function andList(names: readonly string[]): string {
  const quoted = names.map(quote);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} and ${last}`;
}

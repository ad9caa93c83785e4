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
  summary: "The keys of a model's predictions do not match the project's problem type.",
  explanation:
    "For each problem type, the platform evaluates predictions by certain keys. With the problem type `Custom`, or without a project, any keys are allowed.",
  bad: PROJECT + keys("[boxes, classes, score]"),
  good: PROJECT + keys("[boxes, classes, scores]"),
  *check(graph) {
    for (const model of graph.bound.models) yield* checkModel(model);
  },
};

/** The keys of predictions by problem type, as far as they are known. */
const WANTED: ReadonlyMap<string, readonly string[]> = new Map([
  ["Classification", ["classes", "scores"]],
  ["ObjectDetection", ["boxes", "classes", "scores"]],
  ["InstanceSegmentation", ["masks", "boxes", "classes", "scores"]],
  ["SemanticSegmentation", ["segmentation"]],
  ["ImageRegression", ["regressed_values"]],
  ["Keypoints", ["keypoints"]],
  ["OutputImage", ["image_output"]],
]);

/** Newer code uses `bbox` instead of `boxes`. */
const KNOWN: ReadonlySet<string> = new Set([...[...WANTED.values()].flat(), "bbox"]);

function* checkModel({ definition, runtime }: BoundModel): Generator<Finding> {
  const type = definition.root?.fields.project?.fields.problem_type?.node;
  const problem = (type && plainText(type)) ?? "";
  const wanted = WANTED.get(problem);
  const output = runtime.kind === "own" ? runtime.runtime.section.fields.predict?.fields.output : undefined;
  const leaves = output?.fields.keys?.items ?? [];
  // Nothing is known to be missing from a list that is empty or invalid.
  if (wanted === undefined || type === undefined || output === undefined || leaves.length === 0) return;
  const related = [{ message: "problem type", span: spanOf(type) }];
  const names = leaves.map((leaf) => leaf && plainText(leaf.node));
  for (const [i, leaf] of leaves.entries()) {
    const name = names[i];
    if (leaf === undefined || name === undefined || name.trim() === "" || KNOWN.has(name)) continue;
    const near = nearest(name, KNOWN);
    const [only] = near;
    const span = spanOf(leaf.node);
    yield {
      message: `Unknown prediction key ${quote(name)} for ${quote(problem)}.`,
      hint:
        near.length > 0 ? `Did you mean ${orList(near)}?` : `Write ${andList(wanted)}, which the platform evaluates.`,
      span,
      path: printKeyPath(leaf.path),
      related,
      ...(only !== undefined && near.length === 1
        ? { fixes: [{ title: `Replace with ${quote(only)}`, safe: false, edits: [{ span, newText: only }] }] }
        : {}),
    };
  }
  if (!names.every((name) => name !== undefined && name !== "bbox" && KNOWN.has(name))) return;
  // One of two equal keys may be meant to be the missing one.
  if (new Set(names).size < names.length) return;
  const missing = wanted.filter((name) => !names.includes(name));
  const list = entryOf(output.node, "keys");
  if (missing.length === 0 || list === undefined) return;
  yield {
    message: `Missing prediction key${missing.length === 1 ? "" : "s"} ${andList(missing)}: ${quote(problem)} uses ${andList(wanted)}.`,
    hint: `Add ${andList(missing)} to \`keys\` if \`predict\` returns ${missing.length === 1 ? "it" : "them"}.`,
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

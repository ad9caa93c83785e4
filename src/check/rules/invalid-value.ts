import type { Finding } from "../../base/diagnostic.ts";
import { nearest, orList, quote } from "../../base/did-you-mean.ts";
import type { BoundValue } from "../../bind/bound.ts";
import { printPath, spanOf } from "../../parse/tree.ts";
import { problemsOf } from "../places.ts";
import type { Rule } from "../rule.ts";

export const invalidValue: Rule = {
  code: "invalid-value",
  severity: "error",
  subject: "definition",
  summary: "A value is not one of those that the format knows.",
  explanation: "The message lists what can stand there.",
  bad: `datasets:
  - name: flights
    format: coco
    stage: test
`,
  good: `datasets:
  - name: flights
    format: COCO
    stage: test
`,
  *check(graph) {
    for (const { span, path, expected, found, allowed } of problemsOf(graph, "invalid-value")) {
      const near = nearest(found, allowed);
      const [only] = near;
      const known = allowed.length > 0;
      yield {
        message: known ? `${quote(found)} is not known here.` : `Expected ${expected}, found ${found}.`,
        ...(known ? { hint: near.length > 0 ? `Did you mean ${orList(near)}?` : `Write ${orList(allowed)}.` } : {}),
        span,
        path: printPath(path),
        ...(only !== undefined && near.length === 1
          ? { fixes: [{ title: `Write ${quote(only)}`, safe: true, edits: [{ span, newText: only }] }] }
          : {}),
      };
    }
    for (const { bound, load, predict } of graph.models) {
      if (bound.runtime.kind !== "own") continue;
      for (const { value } of [...load, ...predict]) yield* endlessNumbers(value);
    }
  },
};

/** JSON, in which plans are written, has no `.inf` and no `.nan`. */
function* endlessNumbers(value: BoundValue | undefined): Generator<Finding> {
  if (value?.kind === "list") for (const item of value.items) yield* endlessNumbers(item);
  else if (value?.kind === "map") for (const [, entry] of value.entries) yield* endlessNumbers(entry);
  else if (value?.kind === "literal" && typeof value.node.value === "number" && !Number.isFinite(value.node.value)) {
    yield {
      message: `${quote(value.node.text)} cannot be written into a plan, which is JSON.`,
      hint: "Compute it in the Python code.",
      span: spanOf(value.node),
      path: printPath(value.path),
    };
  }
}

import type { BoundValue } from "../../bind/bound.ts";
import { typeName } from "../../infer/type.ts";
import type { TypedModel } from "../../infer/typed.ts";
import { printPath, spanOf } from "../../parse/tree.ts";
import { problemsOf, segmentSpan, shown } from "../places.ts";
import type { Rule } from "../rule.ts";

export const wrongType: Rule = {
  code: "wrong-type",
  severity: "error",
  subject: "definition",
  summary: "A value is of the wrong type.",
  explanation:
    "YAML decides by the spelling whether something is text, a number or a boolean; quotes always make it text.",
  bad: `models:
  name: detector
`,
  good: `models:
  - name: detector
`,
  *check(graph) {
    for (const { span, path, expected, found, spelling } of problemsOf(graph, "wrong-type")) {
      if (spelling !== undefined) {
        const message = `YAML reads this as ${found}; here ${expected} is meant, and it is taken as it is spelled.`;
        const fixes = [{ title: "Put it in quotes", safe: true, edits: [{ span, newText: `"${spelling}"` }] }];
        yield { message, hint: `Write "${spelling}".`, severity: "warning", span, path: printPath(path), fixes };
        continue;
      }
      const hint = hintFor(expected, found);
      yield {
        message: `Expected ${expected}, found ${found}.`,
        span,
        path: printPath(path),
        ...(hint === undefined ? {} : { hint }),
      };
    }
    for (const model of graph.models) yield* checkSettings(model);
  },
};

function hintFor(expected: string, found: string): string | undefined {
  if (expected === "a list" && found === "a map") return "Begin each entry with `-`.";
  if (expected === "true or false" && found === "text")
    return "Write true or false; `yes` and `no` are text in YAML 1.2.";
  if (expected.startsWith("a whole number") && found === "text") return "Write the number without quotes.";
  if (expected === "text" && (found === "a number" || found.startsWith("the boolean"))) return "Put it in quotes.";
  return undefined;
}

/** A number, boolean or device comes from the text or from the environment, from nothing else. */
function* checkSettings({ bound }: TypedModel) {
  const runtime = bound.runtime.kind === "own" ? bound.runtime.runtime : undefined;
  const settings: (readonly [BoundValue | undefined, string])[] = [
    [runtime?.device, "a device"],
    [runtime?.maxSize, "a number"],
    ...(runtime?.imageSize ?? []).map((value) => [value, "a number"] as const),
    ...[...bound.files.values()].map(({ upload }) => [upload, "true or false"] as const),
  ];
  for (const [value, expected] of settings) {
    if (value?.kind === "template") {
      yield {
        message: `Expected ${expected}, found text.`,
        hint: "One expression alone can stand here.",
        span: spanOf(value.node),
        path: printPath(value.path),
      };
    } else if (value?.kind === "reference" && isOther(value.reference.meaning.kind)) {
      const { reference } = value;
      const what = typeName({ kind: reference.meaning.kind === "device" ? "device" : "text" });
      yield {
        message: `Expected ${expected}, but ${shown(reference)} is ${what}.`,
        hint: "Only a variable of the environment can stand for it.",
        span: segmentSpan(reference, reference.expression.path.length - 1),
        path: printPath(value.path),
      };
    }
  }
}

/** Meanings that other rules have nothing to say about. */
function isOther(kind: string): boolean {
  return (
    kind === "model-name" || kind === "file" || kind === "obligation" || kind === "input" || kind === "load-output"
  );
}

import type { TypedGraph } from "../../infer/typed.ts";
import { printKeyPath } from "../../parse/tree.ts";
import { problemsOf } from "../facts/places.ts";
import { isWrong } from "../facts/usage.ts";
import type { Rule } from "../rule.ts";

export const lineBreak: Rule = {
  code: "line-break",
  severity: "error",
  subject: "definition",
  summary: "A single-line value contains a line break.",
  explanation:
    "A block scalar (`|` or `>`) ends with a line break unless its header has a `-`. In a name, a path, a URL or an entry point, the line break becomes part of the value, and nothing with that name is found.",
  bad: `project:
  name: |
    aircraft
`,
  good: `project:
  name: |-
    aircraft
`,
  *check(graph) {
    const problems = [...problemsOf(graph, "line-break")];
    const wrong = problems.length === 0 ? new Set() : wrongReferences(graph);
    for (const { span, path, repaired, scalar } of problems) {
      // Once the expression is fixed, the line break is reported, if it is still there.
      if (wrong.has(scalar)) continue;
      const header = repaired === undefined || repaired === "" ? undefined : repaired;
      yield {
        message: header === undefined ? "The value must be a single line." : "This adds a line break to the value.",
        hint:
          header === undefined
            ? "Remove the line break."
            : `Write \`${header}\`, or put the value on the same line as its key.`,
        span,
        path: printKeyPath(path),
        ...(repaired === undefined
          ? {}
          : {
              fixes: [
                {
                  title: header === undefined ? "Remove the line break" : `Replace with \`${header}\``,
                  safe: true,
                  edits: [{ span, newText: repaired }],
                },
              ],
            }),
      };
    }
  },
};

/** The values with an expression that cannot be resolved. */
function wrongReferences({ bound }: TypedGraph): ReadonlySet<unknown> {
  const references = bound.models.flatMap((model) => model.references);
  return new Set(references.flatMap((reference) => (isWrong(reference) ? [reference.scalar] : [])));
}

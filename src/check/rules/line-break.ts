import type { TypedGraph } from "../../infer/typed.ts";
import { printKeyPath } from "../../parse/tree.ts";
import { problemsOf } from "../facts/places.ts";
import { isWrong } from "../facts/usage.ts";
import type { Rule } from "../rule.ts";

export const lineBreak: Rule = {
  code: "line-break",
  severity: "error",
  subject: "definition",
  summary: "A value of one line holds a line break.",
  explanation:
    "A block scalar (`|` or `>`) ends with a line break unless a `-` says otherwise. In a name, a path, an address or an entrypoint it becomes a part of it, and then nothing of that name is found.",
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
      // Who mends the expression sees the line break next, if it is still there.
      if (wrong.has(scalar)) continue;
      const header = repaired === undefined || repaired === "" ? undefined : repaired;
      yield {
        message: header === undefined ? "This value has to be one line." : "This adds a line break to the value.",
        hint:
          header === undefined
            ? "Remove the line break."
            : `Write \`${header}\`, or put the value on the line of its key.`,
        span,
        path: printKeyPath(path),
        ...(repaired === undefined
          ? {}
          : {
              fixes: [
                {
                  title: header === undefined ? "Remove the line break" : `Write \`${header}\``,
                  safe: true,
                  edits: [{ span, newText: repaired }],
                },
              ],
            }),
      };
    }
  },
};

/** The values with an expression that means nothing. */
function wrongReferences({ bound }: TypedGraph): ReadonlySet<unknown> {
  const references = bound.models.flatMap((model) => model.references);
  return new Set(references.flatMap((reference) => (isWrong(reference) ? [reference.scalar] : [])));
}

import type { Fix } from "../../base/diagnostic.ts";
import { certainMatch, nearest, suggest } from "../../base/nearest.ts";
import { quote } from "../../base/quote.ts";
import type { Span } from "../../base/source.ts";
import { problemsOf } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

export const unknownAnchor: Rule = {
  code: "unknown-anchor",
  severity: "error",
  subject: "definition",
  summary: "An alias names an anchor that does not exist before it.",
  explanation: "`*name` repeats the value that `&name` marks further up.",
  bad: `project:
  name: *title
`,
  good: `x-title: &title aircraft
project:
  name: *title
`,
  *check(graph) {
    for (const { span, name, known } of problemsOf(graph, "unknown-anchor")) {
      const near = nearest(name, known);
      yield {
        message: `No anchor ${quote(name)} stands above this alias.`,
        hint: known.length === 0 ? "Put a text that begins with `*` in quotes." : suggest(name, known, "anchor", near),
        span,
        path: "",
        fixes: nearFix(span, certainMatch(name, known, near)),
      };
    }
  },
};

function nearFix(span: Span, meant: string | undefined): readonly Fix[] {
  return meant === undefined
    ? []
    : [{ title: `Write ${quote(`*${meant}`)}`, safe: true, edits: [{ span, newText: `*${meant}` }] }];
}

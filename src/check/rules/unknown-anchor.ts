import type { Fix } from "../../base/diagnostic.ts";
import { quote, suggest, surely } from "../../base/did-you-mean.ts";
import type { Span } from "../../base/source.ts";
import { problemsOf } from "../places.ts";
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
    let comparisons = 0;
    for (const { span, name, known } of problemsOf(graph, "unknown-anchor")) {
      comparisons += known.length;
      const isTooMany = comparisons > MOST_COMPARISONS;
      yield {
        message: `No anchor ${quote(name)} stands above this alias.`,
        ...(known.length === 0 ? { hint: "Put a text that begins with `*` in quotes." } : {}),
        ...(isTooMany || known.length === 0 ? {} : { hint: suggest(name, known, "anchor") }),
        span,
        path: "",
        fixes: isTooMany ? [] : nearFix(span, name, known),
      };
    }
  },
};

/** Thousands of mistakes among thousands of names are more than anybody wants help with. */
const MOST_COMPARISONS = 100_000;

function nearFix(span: Span, name: string, known: readonly string[]): readonly Fix[] {
  const meant = surely(name, known);
  return meant === undefined
    ? []
    : [{ title: `Write ${quote(`*${meant}`)}`, safe: true, edits: [{ span, newText: `*${meant}` }] }];
}

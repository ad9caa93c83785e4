import { quote } from "../../base/quote.ts";
import { problemsOf } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

export const recursiveAlias: Rule = {
  code: "recursive-alias",
  severity: "error",
  subject: "definition",
  summary: "An alias refers to the value that contains it.",
  explanation: "Such a value would be infinite.",
  bad: `x-list: &list [1, *list]
`,
  good: `x-list: &list [1, 2]
project:
  name: aircraft
`,
  *check(graph) {
    for (const { span, name, anchor } of problemsOf(graph, "recursive-alias")) {
      yield {
        message: `Alias ${quote(name)} refers to itself.`,
        hint: "Replace the alias with a value.",
        span,
        path: "",
        related: [{ message: "anchor defined here", span: anchor }],
      };
    }
  },
};

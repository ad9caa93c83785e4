import { quote } from "../../base/quote.ts";
import { problemsOf } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

export const recursiveAlias: Rule = {
  code: "recursive-alias",
  severity: "error",
  subject: "definition",
  summary: "An alias stands inside the value that it repeats.",
  explanation: "Such a value has no end.",
  bad: `x-list: &list [1, *list]
`,
  good: `x-list: &list [1, 2]
project:
  name: aircraft
`,
  *check(graph) {
    for (const { span, name, anchor } of problemsOf(graph, "recursive-alias")) {
      yield {
        message: `The alias ${quote(name)} stands inside the value that it repeats.`,
        hint: "Write the value out here.",
        span,
        path: "",
        related: [{ message: "The value begins here.", span: anchor }],
      };
    }
  },
};

import { quote } from "../../base/did-you-mean.ts";
import { printPath } from "../../parse/tree.ts";
import { problemsOf } from "../places.ts";
import type { Rule } from "../rule.ts";

export const singularKey: Rule = {
  code: "singular-key",
  severity: "error",
  subject: "definition",
  summary: "A top-level section is written in the singular.",
  explanation: "The sections are lists and have plural names; a singular one is ignored in silence.",
  bad: `model:
  name: detector
`,
  good: `models: []
`,
  *check(graph) {
    for (const { span, path, key } of problemsOf(graph, "singular-key")) {
      yield {
        message: `${quote(key)} is not a section; the sections have plural names.`,
        hint: `Write ${quote(`${key}s`)}, with a list of entries that begin with \`-\`.`,
        span,
        path: printPath(path),
      };
    }
  },
};

import { quote } from "../../base/did-you-mean.ts";
import { printPath } from "../../parse/tree.ts";
import { problemsOf } from "../places.ts";
import type { Rule } from "../rule.ts";

export const duplicateKey: Rule = {
  code: "duplicate-key",
  severity: "error",
  subject: "definition",
  summary: "A key is written twice in one map.",
  explanation: "Most readers keep only the last one and lose the first in silence.",
  bad: `project:
  name: aircraft
  name: airplanes
`,
  good: `project:
  name: aircraft
`,
  *check(graph) {
    for (const { span, path, first } of problemsOf(graph, "duplicate-key")) {
      yield {
        message: `The key ${quote(String(path.key))} is written twice in this map.`,
        hint: "Keep one of the two.",
        span,
        path: printPath(path),
        related: [{ message: "It stands here already.", span: first }],
      };
    }
  },
};

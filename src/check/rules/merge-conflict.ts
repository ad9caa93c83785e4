import { problemsOf } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

export const mergeConflict: Rule = {
  code: "merge-conflict",
  severity: "error",
  subject: "definition",
  summary: "The file contains an unresolved merge conflict.",
  explanation:
    "Version control wrote both versions into the file. The first version is checked; the second one is ignored until the conflict is resolved.",
  bad: `project:
<<<<<<< HEAD
  name: aircraft
=======
  name: airplanes
>>>>>>> feature
`,
  good: `project:
  name: aircraft
`,
  *check(graph) {
    for (const { span, end } of problemsOf(graph, "merge-conflict")) {
      yield {
        message: "Unresolved merge conflict.",
        hint: "Keep one version and delete the conflict markers.",
        span,
        path: "",
        related: [{ message: "end of the conflict", span: end }],
      };
    }
  },
};

import { problemsOf } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

export const mergeConflict: Rule = {
  code: "merge-conflict",
  severity: "error",
  subject: "definition",
  summary: "The file holds an unresolved merge conflict.",
  explanation:
    "Version control wrote both sides into the file. The first side is checked; the second is left out until the conflict is resolved.",
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
        message: "There is an unresolved merge conflict.",
        hint: "Keep one side and remove the three marker lines.",
        span,
        path: "",
        related: [{ message: "It ends here.", span: end }],
      };
    }
  },
};

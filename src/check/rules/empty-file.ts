import { problemsOf } from "../places.ts";
import type { Rule } from "../rule.ts";

export const emptyFile: Rule = {
  code: "empty-file",
  severity: "error",
  subject: "definition",
  summary: "The file holds nothing.",
  explanation: "A definition has at least one of `project`, `models`, `datasets`, `domains`, `tests` and `baselines`.",
  bad: `# nothing but a comment
`,
  good: `project:
  name: aircraft
`,
  *check(graph) {
    for (const { span } of problemsOf(graph, "empty-file")) {
      yield { message: "The file is empty.", hint: "`modelwright init` writes a first definition.", span, path: "" };
    }
  },
};

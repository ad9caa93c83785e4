import { problemsOf } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

export const emptyFile: Rule = {
  code: "empty-file",
  severity: "error",
  subject: "definition",
  summary: "The file holds nothing, or none of the sections of a definition.",
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
    for (const { span } of problemsOf(graph, "no-section")) {
      const hint =
        "A definition begins with a section such as `models:` or `project:`. Is this the file that you mean?";
      yield { message: "The file has none of the sections of a definition.", hint, span, path: "" };
    }
  },
};

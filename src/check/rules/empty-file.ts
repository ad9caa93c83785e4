import { problemsOf } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

export const emptyFile: Rule = {
  code: "empty-file",
  severity: "error",
  subject: "definition",
  summary: "The file is empty, or has none of the sections of a definition.",
  explanation:
    "A definition has at least one of the sections `project`, `models`, `datasets`, `domains`, `tests` and `baselines`.",
  bad: `# nothing but a comment
`,
  good: `project:
  name: aircraft
`,
  *check(graph) {
    for (const { span } of problemsOf(graph, "empty-file")) {
      yield { message: "The file is empty.", hint: "Run `modelwright init` to create a definition.", span, path: "" };
    }
    for (const { span } of problemsOf(graph, "no-section")) {
      const hint = "Add a section such as `models:` or `project:`, or check that this is the right file.";
      yield { message: "The file has none of the sections of a definition.", hint, span, path: "" };
    }
  },
};

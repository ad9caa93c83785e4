import { problemsOf } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

export const multipleDocuments: Rule = {
  code: "multiple-documents",
  severity: "error",
  subject: "definition",
  summary: "The file contains more than one YAML document.",
  explanation: "Only the first YAML document is used; everything after the second `---` is ignored.",
  bad: `project:
  name: aircraft
---
models: []
`,
  good: `project:
  name: aircraft
models: []
`,
  *check(graph) {
    for (const { span } of problemsOf(graph, "multiple-documents")) {
      yield {
        message: "A second YAML document starts here, but only the first one is used.",
        hint: "Remove the `---`, or move the second document to another file.",
        span,
        path: "",
      };
    }
  },
};

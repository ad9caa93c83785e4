import { problemsOf } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

export const multipleDocuments: Rule = {
  code: "multiple-documents",
  severity: "error",
  subject: "definition",
  summary: "The file holds more than one YAML document.",
  explanation: "Only one document a file is read; what stands behind the second `---` would be ignored in silence.",
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
        message: "A second document begins here; only the first one of a file is read.",
        hint: "Remove the `---`, or move the second document to a file of its own.",
        span,
        path: "",
      };
    }
  },
};

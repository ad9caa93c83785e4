import { problemsOf } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

export const tabIndentation: Rule = {
  code: "tab-indentation",
  severity: "error",
  subject: "definition",
  summary: "A line is indented with a tab.",
  explanation: "YAML allows only spaces for indentation, because the width of a tab depends on the editor.",
  bad: `project:
	name: aircraft
`,
  good: `project:
  name: aircraft
`,
  *check(graph) {
    for (const { span, lines, edits } of problemsOf(graph, "tab-indentation")) {
      const others = lines > 1 ? `, and so ${lines > 2 ? `are ${lines - 1} more lines` : "is 1 more line"} below` : "";
      const fixes = edits === undefined ? [] : [{ title: "Indent with spaces", safe: true, edits }];
      const message = `This line is indented with a tab${others}.`;
      yield { message, hint: "Indent with spaces.", span, path: "", fixes };
    }
  },
};

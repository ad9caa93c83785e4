import { problemsOf } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

export const tabIndentation: Rule = {
  code: "tab-indentation",
  severity: "error",
  subject: "definition",
  summary: "A line is indented with a tab.",
  explanation: "YAML allows only spaces for indentation, because a tab is as wide as each editor likes.",
  bad: `project:
	name: aircraft
`,
  good: `project:
  name: aircraft
`,
  *check(graph) {
    for (const { span, lines, edits } of problemsOf(graph, "tab-indentation")) {
      const others = lines > 1 ? `, and ${lines - 1} more line${lines > 2 ? "s" : ""} below` : "";
      const fixes = edits === undefined ? [] : [{ title: "Indent with spaces", safe: true, edits }];
      const message = `This line is indented with a tab${others}.`;
      yield { message, hint: "Indent with spaces.", span, path: "", fixes };
    }
  },
};

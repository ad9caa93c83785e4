import { printable } from "../../base/did-you-mean.ts";
import { textOf } from "../../base/source.ts";
import { quoted } from "../../parse/edit-scalar.ts";
import { printPath } from "../../parse/tree.ts";
import { example } from "../example.ts";
import { problemsOf } from "../places.ts";
import type { Rule } from "../rule.ts";

export const unquotedExpression: Rule = {
  code: "unquoted-expression",
  severity: "error",
  subject: "definition",
  summary: "An expression inside `{ }` or `[ ]` has no quotes.",
  explanation:
    "YAML takes the brace of `${` for the beginning of a map. In quotes the expression is text, as it is in block style without them.",
  bad: example({
    load: `        inputs:
          - { name: width, value: \${MAX_WIDTH} }
`,
  }),
  good: example({
    load: `        inputs:
          - { name: width, value: "\${MAX_WIDTH}" }
`,
  }),
  *check(graph) {
    for (const { span, path, scalar } of problemsOf(graph, "unquoted-expression")) {
      const newText = quoted(textOf(scalar));
      // The platform puts variables in before it reads YAML, so this is read there unless the value has marks of YAML.
      const isVariable = /^\$\{[A-Za-z_]\w*\}$/.test(textOf(span)) && textOf(span) !== "${datapoints}";
      yield {
        ...(isVariable ? { severity: "warning" as const } : {}),
        message: "An expression inside `{ }` or `[ ]` needs quotes, or YAML takes its brace for a map.",
        hint: `Write ${printable(newText)}.`,
        span,
        path: printPath(path),
        fixes: [{ title: "Put it in quotes", safe: true, edits: [{ span: scalar, newText }] }],
      };
    }
  },
};

import { printable } from "../../base/quote.ts";
import { textOf } from "../../base/source.ts";
import { quoted } from "../../parse/edit-scalar.ts";
import { printKeyPath } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import { problemsOf } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

export const unquotedExpression: Rule = {
  code: "unquoted-expression",
  severity: "error",
  subject: "definition",
  summary: "An expression inside `{ }` or `[ ]` has no quotes.",
  explanation:
    "YAML takes the brace of `${` for the beginning of a map. In quotes the expression is text, as it is in block style without them. The platform replaces an environment variable before it reads YAML, so there it is read unless its value has YAML syntax: such an expression is a warning.",
  bad: example({
    load: `        inputs:
          - { name: title, value: \${model.name} }
`,
  }),
  good: example({
    load: `        inputs:
          - { name: title, value: "\${model.name}" }
`,
  }),
  *check(graph) {
    for (const { span, path, scalar } of problemsOf(graph, "unquoted-expression")) {
      const newText = quoted(textOf(scalar));
      yield {
        message: "An expression inside `{ }` or `[ ]` needs quotes, or YAML takes its brace for a map.",
        hint: `Write ${printable(newText)}.`,
        ...(isVariable(textOf(span)) ? { severity: "warning" as const } : {}),
        span,
        path: printKeyPath(path),
        fixes: [{ title: "Put it in quotes", safe: true, edits: [{ span: scalar, newText }] }],
      };
    }
  },
};

/** Whether an expression is a variable, and so is gone before the platform reads YAML. */
function isVariable(expression: string): boolean {
  return /^\$\{(?!(?:model|datapoints?)\})[A-Za-z_]\w*\}$/.test(expression);
}

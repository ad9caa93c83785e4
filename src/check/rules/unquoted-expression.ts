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
  summary: "An expression inside `{ }` or `[ ]` is not quoted.",
  explanation:
    "YAML reads the brace of `${` as the start of a map. In quotes, or in block style, the expression is text. The platform replaces an environment variable before it reads YAML, so an unquoted variable works there unless its value contains YAML syntax; such a variable is a warning.",
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
        message: "An expression inside `{ }` or `[ ]` needs quotes: YAML reads its brace as a map.",
        hint: `Write ${printable(newText)}.`,
        ...(isVariable(textOf(span)) ? { severity: "warning" as const } : {}),
        span,
        path: printKeyPath(path),
        fixes: [{ title: "Add quotes", safe: true, edits: [{ span: scalar, newText }] }],
      };
    }
  },
};

/** Whether an expression is an environment variable, which the platform replaces before it reads YAML. */
function isVariable(expression: string): boolean {
  return /^\$\{(?!(?:model|datapoints?)\})[A-Za-z_]\w*\}$/.test(expression);
}

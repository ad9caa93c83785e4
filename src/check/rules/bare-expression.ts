import { printExpression } from "../../../grammar/expression.ts";
import { printPath } from "../../parse/tree.ts";
import { expressionSpan, writtenReferences } from "../places.ts";
import type { Rule } from "../rule.ts";

export const bareExpression: Rule = {
  code: "bare-expression",
  severity: "hint",
  subject: "definition",
  summary: "An expression has no braces.",
  explanation:
    "`$model.name` as a whole value means the same as `${model.name}`. In braces it is plain to see where it ends, and that text may follow.",
  bad: `project:
  name: aircraft
  description: $STAGE
`,
  good: `project:
  name: aircraft
  description: \${STAGE}
`,
  *check(graph) {
    for (const reference of writtenReferences(graph)) {
      if (reference.expression.spelling !== "bare") continue;
      const span = expressionSpan(reference);
      const newText = printExpression(reference.expression);
      yield {
        message: "This expression has no braces.",
        hint: `Write \`${newText}\`.`,
        span,
        path: printPath(reference.path),
        fixes: [{ title: "Write it with braces", safe: true, edits: [{ span, newText }] }],
      };
    }
  },
};

import { quote } from "../../base/did-you-mean.ts";
import { remember } from "../../base/remember.ts";
import { textOf } from "../../base/source.ts";
import type { Reference } from "../../bind/bound.ts";
import type { TypedGraph } from "../../infer/typed.ts";
import { quoted } from "../../parse/edit-scalar.ts";
import { printPath, type YamlNode } from "../../parse/tree.ts";
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
      const braces = `\${${textOf(span).slice(1).trimEnd()}}`;
      const newText = reference.scalar.style === "plain" && isInFlow(graph, reference) ? quoted(braces) : braces;
      yield {
        message: "This expression has no braces.",
        hint: `Write ${quote(newText)}.`,
        span,
        path: printPath(reference.path),
        fixes: [{ title: "Write it with braces", safe: true, edits: [{ span, newText }] }],
      };
    }
  },
};

/** Whether an expression stands inside `{ }` or `[ ]`, where braces need quotes. */
function isInFlow(graph: TypedGraph, { scalar }: Reference): boolean {
  return inFlow(graph).has(scalar);
}

const inFlow = remember(({ bound }: TypedGraph): ReadonlySet<YamlNode> => {
  const found = new Set<YamlNode>();
  const collect = (node: YamlNode, isFlow: boolean): void => {
    if (node.kind !== "map" && node.kind !== "list") {
      if (isFlow) found.add(node);
      return;
    }
    const isInside = isFlow || /[[{]/.test(node.source.text.charAt(node.start));
    // What an alias repeats stands elsewhere.
    const children = node.kind === "list" ? node.items : node.entries.map(({ value }) => value);
    for (const child of children) if (node.start <= child.start && child.end <= node.end) collect(child, isInside);
  };
  for (const { root } of bound.files) if (root !== undefined) collect(root.node, false);
  return found;
});

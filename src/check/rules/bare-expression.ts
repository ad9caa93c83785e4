import type { Edit, Finding } from "../../base/diagnostic.ts";
import { quote } from "../../base/quote.ts";
import { remember } from "../../base/remember.ts";
import { textOf } from "../../base/source.ts";
import type { Reference } from "../../bind/bound.ts";
import type { TypedGraph } from "../../infer/typed.ts";
import { quoted } from "../../parse/edit-scalar.ts";
import { type Path, printKeyPath, spanOf, type YamlNode } from "../../parse/tree.ts";
import { expressionSpan, writtenReferences } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

export const bareExpression: Rule = {
  code: "bare-expression",
  severity: "hint",
  subject: "definition",
  summary: "An expression is written without braces.",
  explanation:
    "As a whole value, `$model.name` means the same as `${model.name}`. `$NAME` is an environment variable anywhere in a value. If it is not set, `$NAME` is left unchanged, also on the platform; an unset `${NAME}` is an error. A single `$` is text, and so are `$5` and `$$NAME`.",
  bad: `project:
  name: aircraft-$STAGE
`,
  good: `project:
  name: aircraft-\${STAGE}
`,
  *check(graph) {
    for (const reference of writtenReferences(graph)) {
      if (reference.expression.spelling !== "bare") continue;
      const span = expressionSpan(reference);
      const edit = withBraces(graph, reference);
      const isVariable = reference.meaning.kind === "environment";
      const title = "Add braces";
      yield {
        ...(isVariable ? aboutVariable(reference.meaning.name) : { message: "This expression has no braces." }),
        hint: `Write ${quote(edit.newText)}.`,
        span,
        path: printKeyPath(reference.path),
        fixes: [{ title, safe: !isVariable || isSurelyVariable(reference), edits: [edit] }],
      };
    }
  },
};

function aboutVariable(name: string): Pick<Finding, "message" | "severity"> {
  return { message: `The environment variable ${quote(`$${name}`)} is written without braces.`, severity: "warning" };
}

/**
 * The same expression in braces. In a plain scalar inside `{ }` or `[ ]` they need quotes around the whole scalar.
 */
function withBraces(graph: TypedGraph, reference: Reference): Edit {
  const { scalar, expression } = reference;
  const span = expressionSpan(reference);
  const braces = `\${${textOf(span).slice(1).trimEnd()}}`;
  if (scalar.style !== "plain" || !isInFlow(graph, reference)) return { span, newText: braces };
  const text = scalar.text.slice(0, expression.start) + braces + scalar.text.slice(expression.end);
  return { span: spanOf(scalar), newText: quoted(text) };
}

/**
 * Whether a `$NAME` in a text is certainly a variable. Prose may contain a currency, and text for Python may be a
 * `string.Template`; with braces, both would fail when the variable is not set.
 */
function isSurelyVariable({ path, scalar, isAlone, meaning }: Reference): boolean {
  if (path?.key === "description") return false;
  const isCapital = meaning.kind === "environment" && meaning.name === meaning.name.toUpperCase();
  return isAlone || isCapital || scalar.text.startsWith("$") || !isFreeValue(path);
}

/** Whether a path leads to or below a `value`, which may be any text. */
function isFreeValue(path: Path | undefined): boolean {
  return path !== undefined && (path.key === "value" || isFreeValue(path.parent));
}

/** Whether an expression is inside `{ }` or `[ ]`, where braces need quotes. */
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
    // What an alias repeats is written elsewhere.
    const children = node.kind === "list" ? node.items : node.entries.map(({ value }) => value);
    for (const child of children) if (node.start <= child.start && child.end <= node.end) collect(child, isInside);
  };
  for (const { root } of bound.files) if (root !== undefined) collect(root.node, false);
  return found;
});

import type { Finding } from "../../base/diagnostic.ts";
import { quote } from "../../base/quote.ts";
import type { BoundModel, BoundName } from "../../bind/bound.ts";
import { isIdentifier, isKeyword, toIdentifier } from "../../bind/identifier.ts";
import { isVariable } from "../../bind/late-name.ts";
import { plainText } from "../../bind/value.ts";
import type { ParsedDefinition } from "../../parse/parse.ts";
import type { Leaf } from "../../parse/shaped.ts";
import { printKeyPath, type ScalarNode, spanOf } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import type { Rule } from "../rule.ts";

export const invalidName: Rule = {
  code: "invalid-name",
  severity: "error",
  subject: "definition",
  summary: "A name is not valid.",
  explanation:
    "Inputs and outputs become Python parameters and parts of expressions, so their names must be identifiers. Names may contain environment variables, but no other expressions such as `${model.name}`. A model must have a name.",
  bad: example({
    model: `    files:
      - name: my-params
        url: https://example.com/params.pt
`,
  }),
  good: example({
    model: `    files:
      - name: my_params
        url: https://example.com/params.pt
`,
    load: `        inputs:
          - name: my_params_url
            value: \${model.files.my_params.url}
`,
  }),
  *check(graph) {
    for (const model of graph.bound.models) yield* checkModel(model);
    for (const { root } of graph.bound.files) {
      for (const name of titles(root?.fields)) {
        if (name?.node.text.trim() === "") yield finding(name, "The name is empty.", "Write a name.");
      }
    }
  },
};

type Sections = NonNullable<ParsedDefinition["root"]>["fields"];

/** The names of everything but models. */
function* titles(sections: Sections | undefined): Generator<Leaf<ScalarNode> | undefined> {
  yield sections?.project?.fields.name;
  for (const item of sections?.datasets?.items ?? []) yield item?.fields.name;
  for (const item of sections?.domains?.items ?? []) yield item && "name" in item.fields ? item.fields.name : undefined;
  for (const item of sections?.tests?.items ?? []) yield item?.fields.name;
  for (const item of sections?.baselines?.items ?? []) yield item?.fields.name;
}

function* checkModel({ name, isUniversal, entry, runtime }: BoundModel): Generator<Finding> {
  if (name !== undefined && !isUniversal) yield* checkModelName(name);
  const inFile = (name: string) => `, here and in \`\${model.files.${name}.url}\``;
  for (const file of entry.fields.files?.items ?? []) yield* checkIdentifier(file?.fields.name, "file", inFile);
  if (runtime.kind !== "own") return;
  const { load, predict } = runtime.runtime.section.fields;
  const inOutput = (name: string) => `, here and in \`\${model.runtime.load.output.${name}}\``;
  for (const call of [load, predict]) {
    for (const input of call?.fields.inputs?.items ?? [])
      yield* checkIdentifier(input?.fields.name, "input", PARAMETER);
    yield* checkIdentifier(call?.fields.output?.fields.name, "output", call === load ? inOutput : () => "");
  }
  for (const key of predict?.fields.output?.fields.keys?.items ?? []) {
    if (key === undefined) continue;
    if (key.node.text.trim() === "") yield finding(key, "The key is empty.", "Write a name.");
    else if (hasOtherExpression(key)) yield expressionFinding(key, "key");
  }
}

function* checkModelName({ text, leaf }: BoundName): Generator<Finding> {
  if (text.trim() === "") yield finding(leaf, "The name of the model is empty.", "Write a name.");
  else if (text.trim() !== text) {
    const message = `The name ${quote(text)} starts or ends with whitespace.`;
    yield { ...finding(leaf, message, `Write ${quote(text.trim())}.`), severity: "warning" };
  }
}

/** An input has the name of a parameter of the Python function. */
const PARAMETER = () => ", and give the Python parameter the same name";

/** `also` says where else a corrected name must be written. */
function* checkIdentifier(
  leaf: Leaf<ScalarNode> | undefined,
  what: string,
  also: (name: string) => string,
): Generator<Finding> {
  if (leaf === undefined) return;
  const { text } = leaf.node;
  if (isIdentifier(text)) {
    if (also === PARAMETER && isKeyword(text)) {
      yield finding(
        leaf,
        `${quote(text)} is a Python keyword, so it cannot be the name of a parameter.`,
        `Write ${quote(`${text}_`)}.`,
      );
    }
  } else if (text.trim() === "") {
    yield finding(leaf, `The name of the ${what} is empty.`, "Use letters, digits and underscores.");
  } else if (hasOtherExpression(leaf)) yield expressionFinding(leaf, what);
  else if (plainText(leaf.node) !== undefined) {
    const corrected = toIdentifier(text);
    const hint =
      corrected === undefined ? "Use letters, digits and underscores." : `Write ${quote(corrected)}${also(corrected)}.`;
    const message = `${quote(text)} is not a valid name for ${article(what)}: names consist of letters, digits and underscores, and do not start with a digit.`;
    yield finding(leaf, message, hint);
  }
}

/** Whether a name contains an expression other than an environment variable. */
function hasOtherExpression({ node }: Leaf<ScalarNode>): boolean {
  return node.template?.parts.some((part) => part.kind === "expression" && !isVariable(part)) ?? false;
}

function expressionFinding(leaf: Leaf<ScalarNode>, what: string): Finding {
  const message = `The name of ${article(what)} can contain environment variables, but no other expressions.`;
  return finding(leaf, message, "Write the name directly.");
}

function article(what: string): string {
  return /^[aeiou]/.test(what) ? `an ${what}` : `a ${what}`;
}

function finding({ node, path }: Leaf<ScalarNode>, message: string, hint: string): Finding {
  return { message, hint, span: spanOf(node), path: printKeyPath(path) };
}

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
  summary: "A name cannot be used as a name.",
  explanation:
    "Inputs and outputs become Python parameters and parts of paths, so they are written as identifiers. A name may hold environment variables, but no paths such as `${model.name}`. A model must have a name.",
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
        if (name?.node.text.trim() === "") yield finding(name, "A name cannot be empty.", "Write a name.");
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
    if (key.node.text.trim() === "") yield finding(key, "A key cannot be empty.", "Write a name.");
    else if (holdsPath(key)) yield expressionFinding(key, "key");
  }
}

function* checkModelName({ text, leaf }: BoundName): Generator<Finding> {
  if (text.trim() === "") yield finding(leaf, "A model's name cannot be empty.", "Write a name.");
  else if (text.trim() !== text) {
    const message = `The name ${quote(text)} begins or ends with blanks or line ends, which belong to it.`;
    yield { ...finding(leaf, message, `Write ${quote(text.trim())}.`), severity: "warning" };
  }
}

/** An input is called as the parameter of the Python function. */
const PARAMETER = () => ", as the parameter of the Python function is called";

/** `also` says where else a mended name must be written. */
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
        `${quote(text)} is a word of Python and cannot name a parameter.`,
        `Write ${quote(`${text}_`)}.`,
      );
    }
  } else if (text.trim() === "") {
    yield finding(leaf, `The name of ${article(what)} cannot be empty.`, "Use letters, digits and underscores.");
  } else if (holdsPath(leaf)) yield expressionFinding(leaf, what);
  else if (plainText(leaf.node) !== undefined) {
    const mended = toIdentifier(text);
    const hint = mended === undefined ? "Use other characters." : `Write ${quote(mended)}${also(mended)}.`;
    const message = `${quote(text)} cannot name ${article(what)}: names begin with a letter and go on with letters, digits and underscores.`;
    yield finding(leaf, message, hint);
  }
}

/** Whether a name holds anything else than environment variables. */
function holdsPath({ node }: Leaf<ScalarNode>): boolean {
  return node.template?.parts.some((part) => part.kind === "expression" && !isVariable(part)) ?? false;
}

function expressionFinding(leaf: Leaf<ScalarNode>, what: string): Finding {
  return finding(leaf, `The name of ${article(what)} cannot hold a path.`, "Write the name itself.");
}

function article(what: string): string {
  return /^[aeiou]/.test(what) ? `an ${what}` : `a ${what}`;
}

function finding({ node, path }: Leaf<ScalarNode>, message: string, hint: string): Finding {
  return { message, hint, span: spanOf(node), path: printKeyPath(path) };
}

import type { Finding } from "../../base/diagnostic.ts";
import { quote } from "../../base/did-you-mean.ts";
import type { BoundModel } from "../../bind/bound.ts";
import type { ParsedDefinition } from "../../parse/parse.ts";
import type { Leaf } from "../../parse/shape.ts";
import { printPath, type ScalarNode, spanOf } from "../../parse/tree.ts";
import type { Rule } from "../rule.ts";

export const invalidName: Rule = {
  code: "invalid-name",
  severity: "error",
  subject: "definition",
  summary: "A name cannot be used as a name.",
  explanation:
    "Inputs and outputs become Python parameters and parts of paths, so they are written as identifiers. A model must have a name that is known before the environment is.",
  bad: `models:
  - name: detector
    files:
      - name: my-params
        url: a.pt
`,
  good: `models:
  - name: detector
    files:
      - name: my_params
        url: a.pt
`,
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
  if (name !== undefined && !isUniversal) {
    if (name.text.trim() === "") yield finding(name.leaf, "A model's name cannot be empty.", "Write a name.");
    else if (name.value.kind === "template" || name.value.kind === "reference") {
      const isCircular =
        name.value.kind === "template" &&
        name.value.parts.some((part) => typeof part !== "string" && part.meaning.kind === "model-name");
      if (!isCircular) {
        yield finding(
          name.leaf,
          "A model's name cannot come from the environment, whose values are secret.",
          "Write the name itself; `${model.name}` alone is the universal model.",
        );
      }
    }
  }
  for (const file of entry.fields.files?.items ?? []) yield* checkIdentifier(file?.fields.name, "file", false);
  if (runtime.kind !== "own") return;
  const { load, predict } = runtime.runtime.section.fields;
  for (const call of [load, predict]) {
    for (const input of call?.fields.inputs?.items ?? []) yield* checkIdentifier(input?.fields.name, "input", true);
    yield* checkIdentifier(call?.fields.output?.fields.name, "output", false);
  }
}

const IDENTIFIER = /^[\p{L}_][\p{L}\p{M}\p{N}_]*$/u;

/** Python 3.13's reserved words: https://docs.python.org/3/reference/lexical_analysis.html#keywords */
const KEYWORDS = new Set(
  "False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield".split(
    " ",
  ),
);

function* checkIdentifier(leaf: Leaf<ScalarNode> | undefined, what: string, isPython: boolean): Generator<Finding> {
  if (leaf === undefined) return;
  const { text } = leaf.node;
  if (IDENTIFIER.test(text)) {
    if (isPython && KEYWORDS.has(text)) {
      yield finding(leaf, `${quote(text)} is a word of Python and cannot name a parameter.`, "Choose another name.");
    }
    return;
  }
  const mended = text
    .trim()
    .replace(/[^\p{L}\p{M}\p{N}_]+/gu, "_")
    .replace(/^(?=\p{N})/u, "_");
  const hint =
    IDENTIFIER.test(mended) && mended !== "_" ? `Write ${quote(mended)}.` : "Use letters, digits and underscores.";
  yield finding(
    leaf,
    text === "" ? `The name of ${article(what)} cannot be empty.` : `${quote(text)} cannot name ${article(what)}.`,
    hint,
  );
}

function article(what: string): string {
  return /^[aeiou]/.test(what) ? `an ${what}` : `a ${what}`;
}

function finding({ node, path }: Leaf<ScalarNode>, message: string, hint: string): Finding {
  return { message, hint, span: spanOf(node), path: printPath(path) };
}

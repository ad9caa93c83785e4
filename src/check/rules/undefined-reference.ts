import type { Finding } from "../../base/diagnostic.ts";
import { nearest, orList, quote, suggest } from "../../base/did-you-mean.ts";
import type { BoundModel, Meaning, Reference, UndefinedScope } from "../../bind/bound.ts";
import type { TypedGraph } from "../../infer/typed.ts";
import { printPath, spanOf } from "../../parse/tree.ts";
import { example } from "../example.ts";
import { expressionSpan, pathSpan, segmentSpan, shown, shownPath, writtenReferences } from "../places.ts";
import type { Rule } from "../rule.ts";

export const undefinedReference: Rule = {
  code: "undefined-reference",
  severity: "error",
  subject: "definition",
  summary: "An expression names something that does not exist.",
  explanation:
    "The names that exist follow from the model itself: its files, the inputs and the output of load, the inputs of predict.",
  bad: example({
    model: `    files:
      - name: params
        url: https://example.com/params.pt
`,
    load: `        inputs:
          - name: path
            value: \${model.files.parms.url}
`,
  }),
  good: example({
    model: `    files:
      - name: params
        url: https://example.com/params.pt
`,
    load: `        inputs:
          - name: path
            value: \${model.files.params.url}
`,
  }),
  *check(graph) {
    for (const reference of writtenReferences(graph)) {
      const { meaning } = reference;
      if (meaning.kind === "undefined") yield undefinedName(reference, meaning);
      if (meaning.kind === "incomplete") yield incompletePath(reference, meaning.candidates);
    }
    yield* unmetObligations(graph);
  },
};

function undefinedName(reference: Reference, meaning: Extract<Meaning, { readonly kind: "undefined" }>): Finding {
  const { segment, candidates, scope, meant } = meaning;
  const name = reference.expression.path[segment]?.value ?? "";
  const span = segmentSpan(reference, segment);
  const [only] = nearest(name, candidates);
  return {
    message: messageFor(scope, name, shownPath(reference, segment - 1)),
    hint: meant === undefined ? hintFor(scope, name, candidates) : `Write \`\${${meant}}\`.`,
    span,
    path: printPath(reference.path),
    ...(only !== undefined && nearest(name, candidates).length === 1
      ? { fixes: [{ title: `Write ${quote(only)}`, safe: true, edits: [{ span, newText: only }] }] }
      : {}),
  };
}

function messageFor(scope: UndefinedScope, name: string, before: string): string {
  switch (scope) {
    case "root":
      return `${quote(name)} names nothing.`;
    case "files":
      return `The model has no file named ${quote(name)}.`;
    case "load-inputs":
      return `${quote("load")} has no input named ${quote(name)}.`;
    case "predict-inputs":
      return `${quote("predict")} has no input named ${quote(name)}.`;
    case "load-output":
      return `The output of ${quote("load")} is not named ${quote(name)}.`;
    case "text":
      return `${quote(before)} is a value, so there is no ${quote(name)} in it.`;
    case "handle":
      return `${quote(before)} lives in the Python process, so ${quote(name)} cannot be read from it.`;
    case "datapoints":
      return `${quote(before)} is the data as a whole, so there is no ${quote(name)} in it.`;
    default:
      return `${quote(before)} has no ${quote(name)}.`;
  }
}

function hintFor(scope: UndefinedScope, name: string, candidates: readonly string[]): string {
  if (scope === "text") return "Remove what follows.";
  if (scope === "handle" || scope === "datapoints") return "Hand on the whole, and take the part in the Python code.";
  if (scope === "root" && nearest(name, candidates).length === 0) {
    return "Paths begin with `model`; a variable of the environment has no dots.";
  }
  const [only] = candidates;
  if (scope === "load-output" && only !== undefined && nearest(name, candidates).length === 0)
    return `It is named ${quote(only)}.`;
  return candidates.length === 0 ? (EMPTY[scope] ?? "") : suggest(name, candidates, "name");
}

const EMPTY: Readonly<Partial<Record<UndefinedScope, string>>> = {
  files: "The model has no `files`.",
  "load-inputs": "`load` has no inputs.",
  "predict-inputs": "`predict` has no inputs.",
};

function incompletePath(reference: Reference, candidates: readonly string[]): Finding {
  const ways = candidates.slice(0, 3).map((path) => `\${${path}}`);
  return {
    message: `${quote(shownPath(reference))} is not a value by itself.`,
    hint:
      ways.length === 0
        ? "A path ends in a value, such as `${model.files.params.url}`."
        : `Write ${orList(ways)}${candidates.length > 3 ? `, or ${candidates.length - 3} more` : ""}.`,
    span: pathSpan(reference),
    path: printPath(reference.path),
  };
}

/** What a borrowed runtime needs and this model does not have: once a name, with both places. */
function* unmetObligations(graph: TypedGraph): Generator<Finding> {
  for (const model of graph.bound.models) {
    const seen = new Set<string>();
    for (const reference of model.references) {
      const { meaning, expression } = reference;
      if (!reference.isBorrowed || meaning.kind !== "undefined" || meaning.scope !== "files") continue;
      const name = expression.path[meaning.segment]?.value ?? "";
      if (seen.has(name)) continue;
      seen.add(name);
      yield obligation(model, reference, name, meaning.candidates);
    }
  }
}

function obligation(model: BoundModel, reference: Reference, name: string, files: readonly string[]): Finding {
  const leaf = model.name?.leaf;
  return {
    message: `The runtime that this model uses needs a file named ${quote(name)}, and the model has none.`,
    hint:
      nearest(name, files).length > 0 ? suggest(name, files, "file") : `Add a file named ${quote(name)} to the model.`,
    span: leaf === undefined ? spanOf(model.entry.node) : spanOf(leaf.node),
    path: printPath(leaf?.path ?? model.entry.path),
    related: [{ message: `${shown(reference)} is read here.`, span: expressionSpan(reference) }],
  };
}

import type { Finding } from "../../base/diagnostic.ts";
import { quote } from "../../base/did-you-mean.ts";
import type { Span } from "../../base/source.ts";
import { referencesIn } from "../../bind/value.ts";
import { parseEntrypoint } from "../../infer/entrypoint.ts";
import type { TypedModel } from "../../infer/typed.ts";
import { spanInScalar } from "../../parse/source-map.ts";
import { printPath, spanOf, type YamlNode } from "../../parse/tree.ts";
import { example } from "../example.ts";
import { expressionSpan, problemsOf, shown } from "../places.ts";
import type { Rule } from "../rule.ts";

export const entrypointSyntax: Rule = {
  code: "entrypoint-syntax",
  severity: "error",
  subject: "definition",
  summary: "An entrypoint is not written `module:function`.",
  explanation:
    "The module is found from the root of the repository, with dots between folders and without `.py`; the function stands behind exactly one colon.",
  bad: example({ entrypoint: "inference.py:get_model" }),
  good: example({ entrypoint: "inference:get_model" }),
  *check(graph) {
    for (const { span, written } of problemsOf(graph, "spaced-entrypoint")) {
      yield {
        message: "An entrypoint has no blank behind its colon; with one, YAML reads a map.",
        hint: `Write ${quote(written.replace(/:\s+/g, ":"))}.`,
        span,
        path: "",
        fixes: [{ title: "Remove the blank", safe: true, edits: [{ span, newText: written.replace(/:\s+/g, ":") }] }],
      };
    }
    for (const model of graph.models)
      yield* model.bound.runtime.kind === "own" ? checkOwn(model) : checkBorrowed(model);
  },
};

function* checkOwn({ bound, constantOf }: TypedModel): Generator<Finding> {
  if (bound.runtime.kind !== "own") return;
  const { load, predict } = bound.runtime.runtime;
  for (const call of [load, predict]) {
    const value = call?.entrypoint;
    if (value === undefined || value.kind === "hole") continue;
    const path = printPath(value.path);
    const text = constantOf(value);
    const late = referencesIn(value).find(({ meaning }) => LATE.has(meaning.kind));
    if (late !== undefined) {
      const source = late.meaning.kind === "environment" ? "comes from the environment" : "is known only then";
      const message = `An entrypoint must be known before anything runs, and ${shown(late)} ${source}.`;
      yield { message, hint: "Write the module and the function themselves.", span: expressionSpan(late), path };
    } else if (text !== undefined && parseEntrypoint(text) === undefined) {
      const message = text.trim() === "" ? "The entrypoint is empty." : `${quote(text)} is not an entrypoint.`;
      yield { message, hint: hintFor(text), span: contentSpan(value.node), path };
    }
  }
}

/** An entrypoint that is made of the name of each model that uses it. */
function* checkBorrowed({ bound, constantOf }: TypedModel): Generator<Finding> {
  const leaf = bound.name?.leaf;
  if (!("runtime" in bound.runtime) || leaf === undefined) return;
  const { load, predict } = bound.runtime.runtime;
  for (const value of [load?.entrypoint, predict?.entrypoint]) {
    const text = constantOf(value);
    if (value === undefined || value.kind === "literal" || text === undefined || parseEntrypoint(text) !== undefined)
      continue;
    yield {
      message: `With the name of this model, the entrypoint of its runtime becomes ${quote(text)}, which is none.`,
      hint: hintFor(text),
      span: spanOf(leaf.node),
      path: printPath(leaf.path),
      related: [{ message: "The entrypoint is written here.", span: spanOf(value.node) }],
    };
  }
}

/** A scalar without the first line of a block. */
function contentSpan(node: YamlNode): Span {
  if (node.kind !== "scalar" || (node.style !== "literal" && node.style !== "folded")) return spanOf(node);
  const start = node.text.search(/\S/);
  return start < 0 ? spanOf(node) : spanInScalar(node, start, node.text.trimEnd().length);
}

const LATE: ReadonlySet<string> = new Set(["environment", "device", "file", "obligation", "input", "load-output"]);

function hintFor(text: string): string {
  const trimmed = text.trim();
  if (trimmed !== text && parseEntrypoint(trimmed) !== undefined)
    return `Write ${quote(trimmed)}, without blanks or line ends around it.`;
  const mended = trimmed
    .replace(/\(.*\)$/, "")
    .replace(/\.py(?=:)/, "")
    .replace(/\s*:+\s*/, ":")
    .replace(/^[./\\]+/, "")
    .replaceAll(/[\\/]/g, ".");
  if (mended !== trimmed && parseEntrypoint(mended) !== undefined) return `Write ${quote(mended)}.`;
  const [module, name, ...more] = mended.split(":");
  if (name === undefined) {
    const last = mended.endsWith(".py") ? null : /^([\w.]+)\.(\w+)$/.exec(mended);
    if (last !== null) return `Write the function behind a colon: ${quote(`${last[1]}:${last[2]}`)}.`;
    const file = mended.replace(/\.py$/, "");
    if (parseEntrypoint(`${file}:f`) !== undefined) return `Name the function too: ${quote(`${file}:…`)}.`;
  }
  if (more.length === 0 && parseEntrypoint(`${module}:f`) !== undefined && name?.includes(".") === true)
    return `Only a name at the top level of ${quote(`${module}.py`)} can stand behind the colon.`;
  if (more.length > 0) return "Write `module:function`, with exactly one colon.";
  if (module !== "" && name !== undefined && name !== "") return "Names have letters, digits and underscores.";
  return "Write `module:function`, such as `inference:predict`.";
}

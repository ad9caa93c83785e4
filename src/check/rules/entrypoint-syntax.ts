import type { Finding, Fix } from "../../base/diagnostic.ts";
import { quote } from "../../base/quote.ts";
import type { Span } from "../../base/source.ts";
import type { BoundValue } from "../../bind/bound.ts";
import { referencesIn } from "../../bind/value.ts";
import { parseEntrypoint } from "../../infer/entrypoint.ts";
import type { TypedModel } from "../../infer/typed.ts";
import { replaceScalar, trimScalar } from "../../parse/edit-scalar.ts";
import { spanInScalar } from "../../parse/source-map.ts";
import { printKeyPath, spanOf, type YamlNode } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import { expressionSpan, problemsOf, shown } from "../facts/places.ts";
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
    const path = printKeyPath(value.path);
    const text = constantOf(value);
    const late = referencesIn(value).find(({ meaning }) => LATE.has(meaning.kind));
    if (late !== undefined) {
      const message = `An entrypoint must be known before anything runs, and ${shown(late)} is known only then.`;
      yield { message, hint: "Write the module and the function themselves.", span: expressionSpan(late), path };
    } else if (text !== undefined && parseEntrypoint(text) === undefined) {
      const [message, hint] = adviceFor(text, call?.phase ?? "load");
      yield { message, hint, span: contentSpan(value.node), path, fixes: mendedFix(value, text) };
    }
  }
}

/** An entrypoint that is made of the name of each model that uses it. */
function* checkBorrowed({ bound, constantOf }: TypedModel): Generator<Finding> {
  const leaf = bound.name?.leaf;
  if (!("runtime" in bound.runtime) || leaf === undefined) return;
  const { load, predict } = bound.runtime.runtime;
  for (const call of [load, predict]) {
    const value = call?.entrypoint;
    const text = constantOf(value);
    if (value === undefined || value.kind === "literal" || text === undefined || parseEntrypoint(text) !== undefined)
      continue;
    yield {
      message: `With the name of this model, the entrypoint of its runtime becomes ${quote(text)}, which is none.`,
      hint: adviceFor(text, call?.phase ?? "load")[1],
      span: spanOf(leaf.node),
      path: printKeyPath(leaf.path),
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

const LATE: ReadonlySet<string> = new Set(["device", "file", "required-file", "input", "load-output"]);

/** What is wrong, and what to write instead. */
function adviceFor(text: string, phase: "load" | "predict"): readonly [message: string, hint: string] {
  const trimmed = text.trim();
  if (trimmed === "")
    return ["The entrypoint is empty.", `Write the module and the function, such as ${EXAMPLE[phase]}.`];
  const isRight = (other: string) => parseEntrypoint(other) !== undefined;
  if (isRight(trimmed)) {
    const message = `${quote(text)} has blanks or line ends around it.`;
    return [message, `Write ${quote(trimmed)}, without blanks or line ends around it.`];
  }
  const mended = mend(trimmed);
  const [module = "", name, ...more] = mended.split(":");
  if (name === undefined) {
    const message = `${quote(text)} has no colon between the module and the function.`;
    const last = mended.endsWith(".py") ? null : /^([\w.]+)\.(\w+)$/.exec(mended);
    if (last !== null) return [message, `Write ${quote(`${last[1]}:${last[2]}`)}.`];
    const file = mended.replace(/\.py$/, "");
    if (mended !== file && isRight(`${file}:f`))
      return [message, `Write ${quote(`${file}:`)} and the function in that file.`];
    return [message, `Write both, such as ${EXAMPLE[phase]}.`];
  }
  if (mended !== trimmed && isRight(mended)) return [`${quote(text)} ${flawOf(trimmed)}.`, `Write ${quote(mended)}.`];
  if (more.length === 0 && isRight(`${module}:f`) && /^[\w.]+\.\w+$/.test(name)) {
    const wrapper = `${module}:${name.split(".").pop()}`;
    const message = `${quote(name)} is not at the top level of ${quote(`${module}.py`)}.`;
    return [message, `Write a function there that calls it, such as ${quote(wrapper)}.`];
  }
  if (more.length > 0)
    return [`${quote(text)} has more than one colon.`, "Write `module:function`, with exactly one colon."];
  const hint =
    module !== "" && name !== ""
      ? "Names have letters, digits and underscores."
      : `Write \`module:function\`, such as ${EXAMPLE[phase]}.`;
  return [`${quote(text)} is not an entrypoint.`, hint];
}

const EXAMPLE = { load: "`inference:get_model`", predict: "`inference:predict`" } as const;

/** What is only written differently: another way to name a file or a call, or blanks around it. */
function mendedFix(value: BoundValue, text: string): readonly Fix[] {
  if (value.kind !== "literal") return [];
  const { node } = value;
  const trimmed = text.trim();
  const meant = parseEntrypoint(trimmed) === undefined ? mend(trimmed) : trimmed;
  if (parseEntrypoint(meant) === undefined) return [];
  const edit = meant === trimmed ? trimScalar(node) : replaceScalar(node, meant);
  // `..` may name another folder, and what is in the brackets of a call would be lost.
  const isSure = !/^(?:\.\.|\/)|\([^)]/.test(trimmed);
  return edit === undefined ? [] : [{ title: `Write ${quote(meant)}`, safe: isSure, edits: [edit] }];
}

/** The entrypoint that a text was nearly. */
function mend(text: string): string {
  return text
    .slice(0, bracketAt(text))
    .replace(/\.py(?=:)/, "")
    .replace(/(?<!\s)\s*:+\s*/, ":")
    .replace(/^[./\\]+/, "")
    .replaceAll(/[\\/]/g, ".");
}

/** Where the round brackets begin that a text ends with. */
function bracketAt(text: string): number | undefined {
  const at = text.endsWith(")") ? text.indexOf("(", text.lastIndexOf("\n") + 1) : -1;
  return at < 0 ? undefined : at;
}

/** What was mended, in the words of a message. */
function flawOf(text: string): string {
  if (/\.py:/.test(text)) return "names a file, not a Python module";
  if (/[\\/]/.test(text)) return "names a path, not a Python module";
  if (bracketAt(text) !== undefined) return "has parentheses, but only the name of a function stands here";
  if (/::/.test(text)) return "has two colons, not one";
  return "is not an entrypoint";
}

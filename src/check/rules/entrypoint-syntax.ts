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
  summary: "An entry point does not have the form `module:function`.",
  explanation:
    "The module is relative to the root of the repository, with dots between folders and without `.py`. Exactly one colon separates it from the function.",
  bad: example({ entrypoint: "inference.py:get_model" }),
  good: example({ entrypoint: "inference:get_model" }),
  *check(graph) {
    for (const { span, written } of problemsOf(graph, "spaced-entrypoint")) {
      yield {
        message: "The space after the colon makes this a YAML map, not an entry point.",
        hint: `Write ${quote(written.replace(/:\s+/g, ":"))}.`,
        span,
        path: "",
        fixes: [{ title: "Remove the space", safe: true, edits: [{ span, newText: written.replace(/:\s+/g, ":") }] }],
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
      const message = `${shown(late)} cannot be used in an entry point: its value is known only when the model runs.`;
      yield { message, hint: "Write the module and the function directly.", span: expressionSpan(late), path };
    } else if (text !== undefined && parseEntrypoint(text) === undefined) {
      const [message, hint] = adviceFor(text, call?.phase ?? "load");
      yield { message, hint, span: contentSpan(value.node), path, fixes: correctionFix(value, text) };
    }
  }
}

/** An entry point that contains the name of each model that uses it. */
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
      message: `With the name of this model, the entry point of its runtime is ${quote(text)}, which is not valid.`,
      hint: adviceFor(text, call?.phase ?? "load")[1],
      span: spanOf(leaf.node),
      path: printKeyPath(leaf.path),
      related: [{ message: "entry point defined here", span: spanOf(value.node) }],
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
    return ["The entry point is empty.", `Write the module and the function, such as ${EXAMPLE[phase]}.`];
  const isRight = (other: string) => parseEntrypoint(other) !== undefined;
  if (isRight(trimmed)) {
    return [`${quote(text)} has spaces or line breaks around it.`, `Write ${quote(trimmed)}.`];
  }
  const corrected = correctionOf(trimmed);
  const [module = "", name, ...more] = corrected.split(":");
  if (name === undefined) {
    const message = `${quote(text)} has no colon between the module and the function.`;
    const last = corrected.endsWith(".py") ? null : /^([\w.]+)\.(\w+)$/.exec(corrected);
    if (last !== null) return [message, `Write ${quote(`${last[1]}:${last[2]}`)}.`];
    const file = corrected.replace(/\.py$/, "");
    if (corrected !== file && isRight(`${file}:f`))
      return [message, `Write ${quote(`${file}:`)} followed by the function.`];
    return [message, `Write the module and the function, such as ${EXAMPLE[phase]}.`];
  }
  if (corrected !== trimmed && isRight(corrected))
    return [`${quote(text)} ${flawOf(trimmed)}.`, `Write ${quote(corrected)}.`];
  if (more.length === 0 && isRight(`${module}:f`) && /^[\w.]+\.\w+$/.test(name)) {
    const wrapper = `${module}:${name.split(".").pop()}`;
    const message = `${quote(name)} is not at the top level of ${quote(`${module}.py`)}.`;
    return [message, `Add a top-level function that calls it, such as ${quote(wrapper)}.`];
  }
  if (more.length > 0)
    return [`${quote(text)} has more than one colon.`, "Write `module:function` with exactly one colon."];
  const hint =
    module !== "" && name !== ""
      ? "Use only letters, digits and underscores in names."
      : `Write \`module:function\`, such as ${EXAMPLE[phase]}.`;
  return [`${quote(text)} is not an entry point.`, hint];
}

const EXAMPLE = { load: "`inference:get_model`", predict: "`inference:predict`" } as const;

/** Corrects the spelling: the name of a file instead of a module, a call, or spaces around it. */
function correctionFix(value: BoundValue, text: string): readonly Fix[] {
  if (value.kind !== "literal") return [];
  const { node } = value;
  const trimmed = text.trim();
  const meant = parseEntrypoint(trimmed) === undefined ? correctionOf(trimmed) : trimmed;
  if (parseEntrypoint(meant) === undefined) return [];
  const edit = meant === trimmed ? trimScalar(node) : replaceScalar(node, meant);
  // `..` may name another folder, and the arguments of a call would be lost.
  const isSure = !/^(?:\.\.|\/)|\([^)]/.test(trimmed);
  return edit === undefined ? [] : [{ title: `Replace with ${quote(meant)}`, safe: isSure, edits: [edit] }];
}

/** The entry point that is probably meant by a text. */
function correctionOf(text: string): string {
  return text
    .slice(0, bracketAt(text))
    .replace(/\.py(?=:)/, "")
    .replace(/(?<!\s)\s*:+\s*/, ":")
    .replace(/^[./\\]+/, "")
    .replaceAll(/[\\/]/g, ".");
}

/** Where the parentheses at the end of a text begin. */
function bracketAt(text: string): number | undefined {
  const at = text.endsWith(")") ? text.indexOf("(", text.lastIndexOf("\n") + 1) : -1;
  return at < 0 ? undefined : at;
}

/** What the correction changes, in the words of a message. */
function flawOf(text: string): string {
  if (/\.py:/.test(text)) return "names a file, not a Python module";
  if (/[\\/]/.test(text)) return "names a path, not a Python module";
  if (bracketAt(text) !== undefined) return "calls the function instead of naming it";
  if (/::/.test(text)) return "has two colons instead of one";
  return "is not an entry point";
}

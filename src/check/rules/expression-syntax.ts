import { type ExpressionProblem, LIMITS } from "../../../grammar/expression.ts";
import type { Fix } from "../../base/diagnostic.ts";
import { quote } from "../../base/quote.ts";
import { remember } from "../../base/remember.ts";
import type { Meaning } from "../../bind/bound.ts";
import { isIdentifier } from "../../bind/identifier.ts";
import type { TypedGraph } from "../../infer/typed.ts";
import { replaceInScalar } from "../../parse/edit-scalar.ts";
import { spanInScalar } from "../../parse/source-map.ts";
import { printKeyPath, type ScalarNode } from "../../parse/tree.ts";
import { problemsOf, shown, writtenReferences } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

export const expressionSyntax: Rule = {
  code: "expression-syntax",
  severity: "error",
  subject: "definition",
  summary: "An expression has a syntax error.",
  explanation:
    "An expression is a path such as `model.files.params.url`, or the name of an environment variable with an optional default. Operators, function calls and nested expressions are not supported.",
  bad: `project:
  name: aircraft
  description: \${STAGE + 1}
`,
  good: `project:
  name: aircraft
  description: \${STAGE:-test}
`,
  *check(graph) {
    for (const { scalar, path, problem } of problemsOf(graph, "expression-syntax")) {
      // The name itself is reported where it is defined.
      if (problem.kind === "hyphen" && isDefined(graph, wordAt(scalar.text, problem.start))) continue;
      const isCut = problem.kind === "unclosed" && isCutByComment(scalar);
      const [message, hint] = isCut ? CUT : WORDS[problem.kind](problem.found);
      const span = spanInScalar(scalar, problem.start, problem.end);
      yield { message, hint, span, path: printKeyPath(path), fixes: fixesFor(scalar, problem) };
    }
    for (const reference of writtenReferences(graph)) {
      const { expression, meaning, scalar, path } = reference;
      const suffix = expression.default ?? expression.required;
      if (suffix === undefined || !VALUES.has(meaning.kind)) continue;
      yield {
        message: `${shown(reference)} always has a value, so ${quote(expression.default === undefined ? ":?" : ":-")} has no effect.`,
        hint: "Remove it: only environment variables can be unset.",
        span: spanInScalar(scalar, suffix.start - 2, suffix.end),
        path: printKeyPath(path),
      };
    }
  },
};

const CUT = ["The expression is never closed: ` #` starts a comment.", "Put the whole value in quotes."] as const;

/** Whether a comment directly after a plain scalar contains the end of the expression. */
function isCutByComment({ source, end, style }: ScalarNode): boolean {
  return style === "plain" && /^[ \t]+#[^\n]*[}>]/.test(source.text.slice(end, end + LONGEST_NAME));
}

/** What has a value and is not a variable. */
const VALUES: ReadonlySet<Meaning["kind"]> = new Set([
  "model-name",
  "device",
  "file",
  "required-file",
  "input",
  "load-output",
  "datapoints",
  "image",
]);

const LONGEST_NAME = 1_000;

/** The name with hyphens around an offset. */
function wordAt(text: string, at: number): string {
  const near = text.slice(Math.max(0, at - LONGEST_NAME), at);
  const before = /(?<![\p{L}\p{M}\p{N}_-])[\p{L}\p{M}\p{N}_-]*$/u.exec(near)?.[0] ?? "";
  return before + (/^[\p{L}\p{M}\p{N}_-]*/u.exec(text.slice(at, at + LONGEST_NAME))?.[0] ?? "");
}

/** Whether a file, an input or an output has this name. */
function isDefined(graph: TypedGraph, name: string): boolean {
  return definedNames(graph).has(name);
}

const definedNames = remember(({ bound: { models } }: TypedGraph): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const { files, runtime } of models) {
    for (const name of files.keys()) names.add(name);
    for (const call of "runtime" in runtime ? [runtime.runtime.load, runtime.runtime.predict] : []) {
      for (const name of call?.inputs.keys() ?? []) names.add(name);
      if (call?.output !== undefined) names.add(call.output.name);
    }
  }
  return names;
});

/** `${{ … }}` is the syntax of other tools. */
const BRACES = ["The expression has too many braces.", "Use one pair of braces, as in `${model.name}`."] as const;

/** Adds quotes around a name in brackets, or the missing brace at the end of a path. */
function fixesFor(scalar: ScalarNode, { kind, found, start, end }: ExpressionProblem): readonly Fix[] {
  const { text, style } = scalar;
  if (kind === "bracket" && isIdentifier(found) && text.slice(start, end) === found) {
    const mark = style === "double" ? "'" : '"';
    const edit = replaceInScalar(scalar, start, end, found);
    if (edit === undefined) return [];
    const edits = [{ span: edit.span, newText: mark + found + mark }];
    return [{ title: `Replace with ${quote(`["${found}"]`)}`, safe: true, edits }];
  }
  const path = text.slice(start + 2).trimEnd();
  if (kind !== "unclosed" || found !== "${" || !/^[\p{L}_][\p{L}\p{M}\p{N}_.]*$/u.test(path)) return [];
  const last = start + 2 + path.length;
  const edit = replaceInScalar(scalar, last - 1, last, `${path.slice(-1)}}`);
  return edit === undefined ? [] : [{ title: "Close the expression", safe: true, edits: [edit] }];
}

type Words = (found: string) => readonly [message: string, hint: string];

const WORDS: Readonly<Record<ExpressionProblem["kind"], Words>> = {
  empty: () => ["The expression is empty.", "Write a name, such as `${API_TOKEN}`, or `$${` for a literal `${`."],
  unclosed: (found) => {
    const end = found === "$<" ? ">" : "}";
    return [
      `The expression is never closed: \`${end}\` is missing.`,
      `Add \`${end}\`, or write \`$${found}\` for a literal \`${found}\`.`,
    ];
  },
  nested: () => ["Expressions cannot be nested.", "Close the outer expression first."],
  operator: (found) => [
    `Expressions have no operators such as ${quote(found)}.`,
    "Write only a path, or a default as in `${NAME:-text}`.",
  ],
  call: () => ["Expressions cannot call functions.", "Compute the value in the Python code."],
  hyphen: () => ["Names in expressions cannot contain hyphens.", "Use underscores: `my_file`, not `my-file`."],
  "name-expected": (found) =>
    found === "{"
      ? BRACES
      : [
          found === "" ? "Expected a name." : `Expected a name, found ${quote(found)}.`,
          "Write a name that starts with a letter or an underscore.",
        ],
  bracket: (found) =>
    isIdentifier(found)
      ? ["A name in brackets needs quotes.", `Write ${quote(`["${found}"]`)}.`]
      : ["The brackets are incomplete.", 'Write `["name"]` or `[0]`.'],
  unexpected: (found) =>
    found === "}"
      ? ["This `}` closes nothing.", "Put the whole path in braces, as in `${model.name}`."]
      : [`Unexpected ${quote(found)}.`, "Separate the parts of a path with dots."],
  "too-long": () => [`The expression is longer than ${LIMITS.expressionLength} characters.`, "Shorten the expression."],
  "too-deep": () => [
    `The path has more than ${LIMITS.segments} parts.`,
    "Shorten the path: no valid path is that long.",
  ],
  "too-many": () => [`The value has more than ${LIMITS.expressions} expressions.`, "Split the value."],
};

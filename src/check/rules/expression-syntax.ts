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
  summary: "An expression is not written as the language wants it.",
  explanation:
    "An expression is a path such as `model.files.params.url`, or a name of the environment with an optional default. There are no operators, no functions, and no expressions inside expressions.",
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
      // The name itself is reported where it is given; mending it there mends this.
      if (problem.kind === "hyphen" && isGiven(graph, wordAt(scalar.text, problem.start))) continue;
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
        message: `${shown(reference)} always has a value, so ${quote(expression.default === undefined ? ":?" : ":-")} means nothing.`,
        hint: "Only a variable of the environment can have a default.",
        span: spanInScalar(scalar, suffix.start - 2, suffix.end),
        path: printKeyPath(path),
      };
    }
  },
};

const CUT = [
  "The expression is never closed: ` #` begins a comment, which cuts it off.",
  "Put the whole value in quotes.",
] as const;

/** Whether a comment begins right behind a plain scalar, and holds what closes the expression. */
function isCutByComment({ source, end, style }: ScalarNode): boolean {
  return style === "plain" && /^[ \t]+#[^\n]*[}>]/.test(source.text.slice(end, end + LONGEST_NAME));
}

/** What can be read and is no variable. */
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
function isGiven(graph: TypedGraph, name: string): boolean {
  return givenNames(graph).has(name);
}

const givenNames = remember(({ bound: { models } }: TypedGraph): ReadonlySet<string> => {
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

/** `${{ … }}` is how other tools write expressions. */
const BRACES = ["There is one pair of braces too many.", "Write one pair, such as `${model.name}`."] as const;

/** Quotes around a name in brackets, and the brace that is missing at the end of a path. */
function fixesFor(scalar: ScalarNode, { kind, found, start, end }: ExpressionProblem): readonly Fix[] {
  const { text, style } = scalar;
  if (kind === "bracket" && isIdentifier(found) && text.slice(start, end) === found) {
    const mark = style === "double" ? "'" : '"';
    const edit = replaceInScalar(scalar, start, end, found);
    if (edit === undefined) return [];
    const edits = [{ span: edit.span, newText: mark + found + mark }];
    return [{ title: `Write ${quote(`["${found}"]`)}`, safe: true, edits }];
  }
  const path = text.slice(start + 2).trimEnd();
  if (kind !== "unclosed" || found !== "${" || !/^[\p{L}_][\p{L}\p{M}\p{N}_.]*$/u.test(path)) return [];
  const last = start + 2 + path.length;
  const edit = replaceInScalar(scalar, last - 1, last, `${path.slice(-1)}}`);
  return edit === undefined ? [] : [{ title: "Close the expression", safe: true, edits: [edit] }];
}

type Words = (found: string) => readonly [message: string, hint: string];

const WORDS: Readonly<Record<ExpressionProblem["kind"], Words>> = {
  empty: () => [
    "The expression is empty.",
    "Write a name, such as `${API_TOKEN}`, or `$${` for the characters themselves.",
  ],
  unclosed: (found) => [
    `The expression is never closed: \`${found === "$<" ? ">" : "}"}\` is missing.`,
    `Write \`$${found}\` if the characters themselves are meant.`,
  ],
  nested: () => [
    "An expression cannot stand inside another one.",
    "Close the outer one first, or put the two side by side.",
  ],
  operator: (found) => [
    `There are no operators in expressions, so ${quote(found)} means nothing.`,
    "Write a path alone; a default is written `${NAME:-text}`.",
  ],
  call: () => ["There are no functions in expressions.", "Compute the value in the Python code."],
  hyphen: () => ["A name cannot hold a hyphen.", "Names have underscores: `my_file`, not `my-file`."],
  "name-expected": (found) =>
    found === "{"
      ? BRACES
      : [
          found === "" ? "A name is missing here." : `A name must stand here, not ${quote(found)}.`,
          "Names begin with a letter or an underscore.",
        ],
  bracket: (found) =>
    isIdentifier(found)
      ? ["A name in brackets needs quotes.", `Write ${quote(`["${found}"]`)}.`]
      : ["The bracket is not complete.", 'Write `["name"]` or `[0]`.'],
  unexpected: (found) =>
    found === "}"
      ? ["A brace is closed here that was never opened.", "Put the whole path in braces: `${model.name}`."]
      : [`${quote(found)} cannot stand here.`, "The parts of a path are joined by dots."],
  "too-long": () => [`The expression is longer than ${LIMITS.expressionLength} characters.`, "Write a shorter one."],
  "too-deep": () => [`The path has more than ${LIMITS.segments} parts.`, "No path of the language is that long."],
  "too-many": () => [`There are more than ${LIMITS.expressions} expressions in this value.`, "Split the value."],
};

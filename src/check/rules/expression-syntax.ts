import { type ExpressionProblem, LIMITS } from "../../../grammar/expression.ts";
import { quote } from "../../base/did-you-mean.ts";
import { spanInScalar } from "../../parse/source-map.ts";
import { printPath } from "../../parse/tree.ts";
import { problemsOf } from "../places.ts";
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
      const [message, hint] = WORDS[problem.kind](problem.found);
      yield { message, hint, span: spanInScalar(scalar, problem.start, problem.end), path: printPath(path) };
    }
  },
};

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
  hyphen: () => [
    "A name cannot hold a hyphen.",
    'Rename it with an underscore, or write it in brackets: `files["my-file"]`.',
  ],
  "name-expected": (found) => [
    found === "" ? "A name is missing here." : `A name must stand here, not ${quote(found)}.`,
    "Names begin with a letter or an underscore.",
  ],
  bracket: () => ["The bracket is not complete.", 'Write `["name"]` or `[0]`.'],
  unexpected: (found) => [`${quote(found)} cannot stand here.`, "The parts of a path are joined by dots."],
  "too-long": () => [`The expression is longer than ${LIMITS.expressionLength} characters.`, "Write a shorter one."],
  "too-deep": () => [`The path has more than ${LIMITS.segments} parts.`, "No path of the language is that long."],
  "too-many": () => [`There are more than ${LIMITS.expressions} expressions in this value.`, "Split the value."],
};

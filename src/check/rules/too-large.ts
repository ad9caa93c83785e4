import type { Finding } from "../../base/diagnostic.ts";
import type { Span } from "../../base/source.ts";
import { maxInheritedValues } from "../../bind/bind.ts";
import { LIMITS, MAX_MARKS } from "../../parse/limits.ts";
import { printKeyPath, spanOf } from "../../parse/tree.ts";
import { problemsOf } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

export const tooLarge: Rule = {
  code: "too-large",
  severity: "error",
  subject: "definition",
  summary: "The file is larger than any definition, nested too deeply, or its aliases multiply without end.",
  explanation: "The bounds are far above what a definition needs; they keep a hostile file from taking all memory.",
  bad: `x-a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
x-b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
x-c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
x-d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
x-e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
`,
  good: `x-a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
x-b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
project:
  name: aircraft
`,
  *check(graph) {
    for (const { span, what } of problemsOf(graph, "too-large")) {
      const [message, hint] = WORDS[what];
      // The mistakes that are listed say what is wrong.
      const severity = what === "mistakes" ? "hint" : "error";
      yield { message, hint, severity, span, path: "" };
    }
    const { tooLarge: entry } = graph.bound;
    if (entry === undefined) return;
    yield {
      message: `The runtimes that models take from other entries have more than ${maxInheritedValues(graph.bound.files)} values together.`,
      hint: "Make that runtime smaller, or split the models into several files.",
      span: spanOf(entry.fields.name?.node ?? entry.node),
      path: printKeyPath(entry.path),
    };
  },
};

/** So many findings are listed: as many as GitHub's code scanning takes. */
export const MOST_FINDINGS = 25_000;

/** No rule looks for more. */
export const MOST_COUNTED = 30_000;

/** What is said where some of the findings are left out. */
export function tooManyFindings(count: number, span: Span): Finding {
  const shown = count === MOST_COUNTED ? `${MOST_COUNTED} or more` : count;
  const message = `There are ${shown} findings; the ${MOST_FINDINGS} most severe of them are listed.`;
  return { message, hint: "Mend these first.", span, path: "" };
}

const WORDS = {
  aliases: [
    `The aliases of this file stand for more than ${LIMITS.aliasedNodes} values.`,
    "Write the values out where they are needed.",
  ],
  nesting: [`Lists and maps are nested more than ${LIMITS.depth} levels deep.`, "Make the value flatter."],
  mistakes: [
    "This file is too large for all of its mistakes to be found: only the first ones are listed.",
    "Fix them first.",
  ],
  marks: [
    `This file is too large: it has more than ${MAX_MARKS} lines and marks such as commas and colons.`,
    "Split it into several files.",
  ],
} as const;

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
  summary: "The file is too large, is nested too deeply, or has aliases that expand too much.",
  explanation: "The limits are far above what a definition needs; they prevent a malicious file from using all memory.",
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
      // The errors that are listed show what is wrong.
      const severity = what === "mistakes" ? "hint" : "error";
      yield { message, hint, severity, span, path: "" };
    }
    const { tooLarge: entry } = graph.bound;
    if (entry === undefined) return;
    yield {
      message: `The runtimes that models use from other entries have more than ${maxInheritedValues(graph.bound.files)} values in total.`,
      hint: "Simplify the runtime, or split the models into several files.",
      span: spanOf(entry.fields.name?.node ?? entry.node),
      path: printKeyPath(entry.path),
    };
  },
};

/** How many findings are listed: as many as GitHub's code scanning accepts. */
export const MOST_FINDINGS = 25_000;

/** How many findings a rule looks for. */
export const MOST_COUNTED = 30_000;

/** The finding that says that some findings are not listed. */
export function tooManyFindings(count: number, span: Span): Finding {
  const shown = count === MOST_COUNTED ? `${MOST_COUNTED} or more` : count;
  const message = `There are ${shown} findings; only the ${MOST_FINDINGS} most severe ones are listed.`;
  return { message, hint: "Fix these first.", span, path: "" };
}

const WORDS = {
  aliases: [
    `The aliases of this file expand to more than ${LIMITS.aliasedNodes} values.`,
    "Write the values where they are needed, without aliases.",
  ],
  nesting: [`Lists and maps are nested more than ${LIMITS.depth} levels deep.`, "Flatten the value."],
  mistakes: ["The file is too large to find all of its errors; only the first ones are listed.", "Fix these first."],
  marks: [
    `The file is too large: it has more than ${MAX_MARKS} lines and punctuation marks.`,
    "Split it into several files.",
  ],
} as const;

import { LIMITS } from "../../parse/limits.ts";
import { problemsOf } from "../places.ts";
import type { Rule } from "../rule.ts";

export const tooLarge: Rule = {
  code: "too-large",
  severity: "error",
  subject: "definition",
  summary: "The file is nested too deeply, or its aliases multiply without end.",
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
      const message =
        what === "aliases"
          ? `The aliases of this file stand for more than ${LIMITS.aliasedNodes} values.`
          : `Lists and maps are nested more than ${LIMITS.depth} levels deep.`;
      const hint = what === "aliases" ? "Write the values out where they are needed." : "Make the value flatter.";
      yield { message, hint, span, path: "" };
    }
  },
};

import { quote } from "../../base/quote.ts";
import { printKeyPath, spanOf } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import type { Rule } from "../rule.ts";

export const invalidHash: Rule = {
  code: "invalid-hash",
  severity: "error",
  subject: "definition",
  summary: "The `hash` of a repository is not a commit hash.",
  explanation:
    "A commit hash consists of the hexadecimal digits that `git log` shows: all 40, or at least the first 7. For a branch or a tag, use `branch`.",
  bad: example({
    model: `    repository:
      url: https://example.com/detector.git
      hash: v1.0
`,
  }),
  good: example({
    model: `    repository:
      url: https://example.com/detector.git
      hash: 3f2a9d1c0b8e7f6a5d4c3b2a1908f7e6d5c4b3a2
`,
  }),
  *check(graph) {
    for (const { bound, constantOf } of graph.models) {
      const { hash } = bound.repository;
      const text = constantOf(hash);
      if (hash?.kind !== "literal" || text === undefined || text.trim() === "" || /^\s*[\da-fA-F]+\s*$/.test(text))
        continue;
      yield {
        message: `${quote(text)} is not a commit hash (hexadecimal digits only).`,
        hint: "Use `branch:` for a branch or a tag.",
        span: spanOf(hash.node),
        path: printKeyPath(hash.path),
      };
    }
  },
};

import { keyOfCode } from "../../infer/locked-code.ts";
import { printKeyPath, spanOf } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import { isLocked } from "../facts/locked.ts";
import type { Rule } from "../rule.ts";

export const unpinnedBranch: Rule = {
  code: "unpinned-branch",
  severity: "hint",
  subject: "definition",
  group: "pedantic",
  summary: "The code is not pinned to a commit.",
  explanation:
    "With an entry in `modelwright.lock`, or a `hash` in addition to the branch, the same definition always runs the same code.",
  bad: example({
    model: `    repository:
      url: https://example.com/detector.git
      branch: main
`,
  }),
  good: example({
    model: `    repository:
      url: .
`,
  }),
  *check(graph) {
    for (const { bound } of graph.models) {
      const { repository, definition } = bound;
      const { branch, hash, location, section } = repository;
      if (location.kind !== "remote" || branch === undefined || hash !== undefined) continue;
      if (section?.written.has("hash") === true || section?.node.incomplete === true) continue;
      if (isLocked(graph.lockOf(definition), "code", keyOfCode(bound))) continue;
      yield {
        message: "The branch is not pinned to a commit, so the code can change at any time.",
        hint: "Run `modelwright lock` to record the commit, or add `hash:` with a commit.",
        span: spanOf(branch.node),
        path: printKeyPath(branch.path),
      };
    }
  },
};

import { printKeyPath, spanOf } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import type { Rule } from "../rule.ts";

export const unpinnedBranch: Rule = {
  code: "unpinned-branch",
  severity: "hint",
  subject: "definition",
  group: "pedantic",
  summary: "The code is whatever its branch holds when it is fetched.",
  explanation: "With a `hash` beside the branch the same definition always runs the same code.",
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
    for (const { repository } of graph.bound.models) {
      const { branch, hash, location, section } = repository;
      if (location.kind !== "remote" || branch === undefined || hash !== undefined) continue;
      if (section?.written.has("hash") === true || section?.node.incomplete === true) continue;
      yield {
        message: "This branch moves, and the code with it.",
        hint: "Add `hash:` with the commit that is meant.",
        span: spanOf(branch.node),
        path: printKeyPath(branch.path),
      };
    }
  },
};

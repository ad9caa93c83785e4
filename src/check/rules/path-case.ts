import { quote } from "../../base/quote.ts";
import { printKeyPath, spanOf } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import { namedPlaces, nearestPathFix, writtenPath } from "../facts/named-places.ts";
import type { Rule } from "../rule.ts";

export const pathCase: Rule = {
  code: "path-case",
  severity: "error",
  subject: "machine",
  summary: "A path differs from what is on disk in its capitals.",
  explanation:
    "Some machines take both for the same name, others find nothing: most often the definition works where it was written and fails on the server.",
  bad: example({
    model: `    repository:
      url: Code
`,
  }),
  good: example({
    model: `    repository:
      url: code
`,
  }),
  *check(graph) {
    for (const { leaf, place } of namedPlaces(graph)) {
      if (place.kind !== "local" || place.verdict !== "wrong-case") continue;
      const onDisk = writtenPath(leaf, place.near[0] ?? "");
      yield {
        message: `On disk this is ${quote(onDisk)}, with other capitals.`,
        hint: `Write ${quote(onDisk)}.`,
        span: spanOf(leaf.node),
        path: printKeyPath(leaf.path),
        fixes: nearestPathFix(leaf, place, true),
      };
    }
  },
};

import { quote } from "../../base/quote.ts";
import { printKeyPath, spanOf } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import { kindOfPlace, namedPlaces, nearestPathFix, writtenPath } from "../facts/named-places.ts";
import type { Rule } from "../rule.ts";

export const pathCase: Rule = {
  code: "path-case",
  severity: "error",
  subject: "machine",
  summary: "The case of a path differs from the name on disk.",
  explanation:
    "Some file systems ignore case and others do not, so the definition may work on this machine and fail on another.",
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
    for (const named of namedPlaces(graph)) {
      const { leaf, place } = named;
      if (place.kind !== "local" || place.verdict !== "wrong-case") continue;
      const onDisk = writtenPath(leaf, place.near[0] ?? "");
      yield {
        message: `The ${kindOfPlace(named)} on disk is named ${quote(onDisk)} (different case).`,
        hint: `Write ${quote(onDisk)}.`,
        span: spanOf(leaf.node),
        path: printKeyPath(leaf.path),
        fixes: nearestPathFix(leaf, place, true),
      };
    }
  },
};

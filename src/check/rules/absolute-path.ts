import { isAbsolute } from "../../base/path.ts";
import { quote } from "../../base/quote.ts";
import { printKeyPath, spanOf } from "../../parse/tree.ts";
import { example, PARAMS_INPUT } from "../examples/example.ts";
import { namedPlaces } from "../facts/named-places.ts";
import type { Rule } from "../rule.ts";

export const absolutePath: Rule = {
  code: "absolute-path",
  severity: "warning",
  subject: "definition",
  summary: "A model uses an absolute path for its code, a file or its examples.",
  explanation: "Absolute paths differ between machines, so the definition works only on this machine.",
  bad: example({
    model: `    files:
      - name: params
        url: /data/params.pt
`,
    load: PARAMS_INPUT,
  }),
  good: example({
    model: `    files:
      - name: params
        url: data/params.pt
`,
    load: PARAMS_INPUT,
  }),
  *check(graph) {
    for (const { what, leaf, place } of namedPlaces(graph)) {
      if (place.kind !== "local" || what === "data" || !isAbsolute(place.path)) continue;
      // A path that does not exist is the more serious problem.
      if (place.verdict !== "present" && place.verdict !== "ignored") continue;
      yield {
        message: `The absolute path ${quote(leaf.node.text)} works only on this machine.`,
        hint: "Write a path relative to this file.",
        span: spanOf(leaf.node),
        path: printKeyPath(leaf.path),
      };
    }
  },
};

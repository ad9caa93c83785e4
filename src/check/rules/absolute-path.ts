import { isAbsolute } from "../../base/path.ts";
import { printKeyPath, spanOf } from "../../parse/tree.ts";
import { example, PARAMS_INPUT } from "../examples/example.ts";
import { namedPlaces } from "../facts/named-places.ts";
import type { Rule } from "../rule.ts";

export const absolutePath: Rule = {
  code: "absolute-path",
  severity: "warning",
  subject: "definition",
  summary: "The code or a file of a model is named by an absolute path.",
  explanation: "Other machines have other folders, so the definition works here and nowhere else.",
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
      // That it is not there is the greater trouble.
      if (place.verdict !== "present" && place.verdict !== "ignored") continue;
      yield {
        message: "An absolute path works on this machine and nowhere else.",
        hint: "Write a path that starts from the folder of this file.",
        span: spanOf(leaf.node),
        path: printKeyPath(leaf.path),
      };
    }
  },
};

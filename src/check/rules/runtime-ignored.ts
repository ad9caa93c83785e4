import { baseName } from "../../base/path.ts";
import { RUNTIME_FILE } from "../../bind/runtime.ts";
import { entryOf, printKeyPath, spanOf } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import type { Rule } from "../rule.ts";

export const runtimeIgnored: Rule = {
  code: "runtime-ignored",
  severity: "hint",
  subject: "definition",
  summary: "A runtime is in a file from which the platform does not read it.",
  explanation:
    "Modelwright uses the runtime in any definition file. The Efemarai platform reads it only from `efemarai.yaml` at the root of the code.",
  bad: example({}),
  good: `models: []
`,
  *check(graph) {
    for (const { runtime, entry, definition } of graph.bound.models) {
      const file = baseName(definition.source.path);
      const key = entryOf(entry.node, "runtime")?.key;
      if (runtime.kind !== "own" || key === undefined || file === RUNTIME_FILE) continue;
      yield {
        message: "The Efemarai platform ignores a runtime outside `efemarai.yaml`.",
        hint: "Rename the file to `efemarai.yaml` if the platform should run the model.",
        span: spanOf(key),
        path: printKeyPath({ parent: entry.path, key: "runtime" }),
      };
    }
  },
};

import { nearest, orList, quote } from "../../base/did-you-mean.ts";
import { printPath, spanOf } from "../../parse/tree.ts";
import type { Rule } from "../rule.ts";

export const missingRuntime: Rule = {
  code: "missing-runtime",
  severity: "error",
  subject: "definition",
  summary: "A model has no runtime, and none is found for it.",
  explanation:
    "A model without `runtime` takes it from the `efemarai.yaml` of its repository: from the entry with exactly its name, else from the universal entry named `${model.name}`.",
  bad: `models:
  - name: detector
`,
  good: `models:
  - name: detector
  - name: \${model.name}
    runtime:
      load:
        entrypoint: inference:get_model
        output:
          name: model
      predict:
        entrypoint: inference:predict
        output:
          name: predictions
`,
  *check(graph) {
    for (const { runtime, isUniversal, name, entry } of graph.bound.models) {
      if (runtime.kind !== "missing" || isUniversal) continue;
      const { path, isRead, names } = runtime;
      const near = nearest(name?.text ?? "", names);
      const known = names.slice(0, 3).map(quote).join(", ");
      const hint = !isRead
        ? `Add \`runtime\`, or write ${quote(path)} with an entry of this name.`
        : near.length > 0
          ? `Did you mean ${orList(near)}?`
          : names.length > 0
            ? `${quote(path)} has a runtime for ${known}${names.length > 3 ? ` and ${names.length - 3} more` : ""}.`
            : `No entry of ${quote(path)} has a runtime; add \`runtime\` here, or a universal entry there.`;
      yield {
        message: `The model ${quote(name?.text ?? "")} has no runtime, and ${quote(path)} ${isRead ? "has none for it" : "does not exist"}.`,
        hint,
        span: spanOf(name?.leaf.node ?? entry.node),
        path: printPath(entry.path),
      };
    }
  },
};

import { entryOf, printKeyPath, spanOf } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import { isMentioned, soundRuntime } from "../facts/usage.ts";
import type { Rule } from "../rule.ts";

export const predictWithoutData: Rule = {
  code: "predict-without-data",
  severity: "warning",
  subject: "definition",
  summary: "`predict` does not receive the datapoints.",
  explanation: "Without the datapoints, it returns the same predictions for every batch.",
  bad: example({
    predict: `        inputs:
          - name: model
            value: \${model.runtime.load.output.network}
`,
  }),
  good: example({}),
  *check(graph) {
    for (const typed of graph.models) {
      const model = typed.bound;
      const runtime = model.runtime.kind === "own" ? soundRuntime(typed) : undefined;
      if (runtime === undefined) continue;
      const { predict, section } = runtime;
      const isUsed = model.references.some(({ meaning: { kind } }) => kind === "datapoints" || kind === "image");
      if (isUsed || isMentioned(predict, "datapoints") || isMentioned(predict, "datapoint")) continue;
      const inputs = entryOf(predict.section.node, "inputs")?.key;
      const key = inputs ?? entryOf(section.node, "predict")?.key ?? predict.section.node;
      const isEmpty = predict.inputs.size === 0;
      yield {
        message: isEmpty
          ? "`predict` has no inputs, so it receives neither the model nor the datapoints."
          : "No input of `predict` receives the datapoints.",
        hint: "Add an input with the value `${datapoints}`.",
        span: spanOf(key),
        path: printKeyPath(
          inputs === undefined ? predict.section.path : { parent: predict.section.path, key: "inputs" },
        ),
      };
    }
  },
};

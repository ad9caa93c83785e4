import { quote } from "../../base/quote.ts";
import { printKeyPath, spanOf } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import { isMentioned, referencesOf, soundRuntime } from "../facts/usage.ts";
import type { Rule } from "../rule.ts";

export const unusedOutput: Rule = {
  code: "unused-output",
  severity: "warning",
  subject: "definition",
  summary: "The output of `load` is not passed to `predict`.",
  explanation:
    "`predict` receives the loaded model through an input. Without such an input, it has no model unless the Python code keeps it in a global variable, as a `load` function without a return value does.",
  bad: example({
    predict: `        inputs:
          - name: datapoints
            value: \${datapoints}
`,
  }),
  good: example({}),
  *check(graph) {
    for (const typed of graph.models) {
      const model = typed.bound;
      const runtime = model.runtime.kind === "own" ? soundRuntime(typed) : undefined;
      const output = runtime?.load.output;
      // `predict-without-data` reports a `predict` without inputs.
      if (runtime === undefined || output === undefined || runtime.predict.inputs.size === 0) continue;
      const references = referencesOf(runtime.predict);
      const isUsed = references.some(({ meaning }) => meaning.kind === "load-output");
      if (isUsed) continue;
      if (isMentioned(runtime.predict, output.name)) continue;
      // The code keeps the model in a global variable, and the output has a name only because the format requires one.
      if (typed.calls().some(({ result }) => result?.kind === "nothing" && !result.isDraft)) continue;
      yield {
        message: `Unused output ${quote(output.name)}: no input of \`predict\` refers to it.`,
        hint: `Add an input to \`predict\` with the value \`\${model.runtime.load.output.${output.name}}\`.`,
        span: spanOf(output.leaf.node),
        path: printKeyPath(output.leaf.path),
      };
    }
  },
};

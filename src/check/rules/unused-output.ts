import { quote } from "../../base/quote.ts";
import { printKeyPath, spanOf } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import { isMentioned, referencesOf, soundRuntime } from "../facts/usage.ts";
import type { Rule } from "../rule.ts";

export const unusedOutput: Rule = {
  code: "unused-output",
  severity: "warning",
  subject: "definition",
  summary: "What `load` returns never reaches `predict`.",
  explanation:
    "The loaded model is handed over by an input of `predict`. Without one, `predict` has no model unless the Python code keeps it in a global variable; a `load` that returns nothing does.",
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
      // A `predict` without any input is one mistake, and has its own words.
      if (runtime === undefined || output === undefined || runtime.predict.inputs.size === 0) continue;
      const references = referencesOf(runtime.predict);
      const isUsed = references.some(({ meaning }) => meaning.kind === "load-output");
      if (isUsed) continue;
      if (isMentioned(runtime.predict, output.name)) continue;
      // Load keeps the model for itself, and its output has a name because the format wants one.
      if (typed.calls().some(({ result }) => result?.kind === "nothing" && !result.isDraft)) continue;
      yield {
        message: `\`predict\` does not get ${quote(output.name)}, which \`load\` returns.`,
        hint: `Add an input of \`predict\` with the value \`\${model.runtime.load.output.${output.name}}\`.`,
        span: spanOf(output.leaf.node),
        path: printKeyPath(output.leaf.path),
      };
    }
  },
};

import { quote } from "../../base/quote.ts";
import { printKeyPath, spanOf } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import { forgottenDollars } from "../facts/forgotten.ts";
import type { Rule } from "../rule.ts";

export const missingDollar: Rule = {
  code: "missing-dollar",
  severity: "warning",
  subject: "definition",
  summary: "An expression is written without its dollar sign or its braces.",
  explanation:
    "Only `${…}` is an expression. In YAML, `{datapoints}` is a map, or text if it is in quotes; Python receives exactly that.",
  bad: example({
    predict: `        inputs:
          - name: model
            value: \${model.runtime.load.output.network}
          - name: datapoints
            value: {datapoints}
`,
  }),
  good: example({
    predict: `        inputs:
          - name: model
            value: \${model.runtime.load.output.network}
          - name: datapoints
            value: \${datapoints}
`,
  }),
  *check(graph) {
    for (const { bound } of graph.models) {
      if (bound.runtime.kind !== "own") continue;
      const { load, predict } = bound.runtime.runtime;
      for (const call of [load, predict]) {
        for (const { node, path, meant } of call === undefined ? [] : forgottenDollars(call)) {
          const isMap = node.kind === "map";
          const isQuoted = isMap || (node.kind === "scalar" && node.style === "plain");
          const newText = isQuoted ? `"\${${meant}}"` : `\${${meant}}`;
          const { source, start, end } = node;
          yield {
            message: isMap
              ? `Without a dollar sign, this is a map with the key ${quote(meant)}.`
              : "This is text: an expression starts with `${` and ends with `}`.",
            hint: `Write \`\${${meant}}\`.`,
            ...(isMap ? { severity: "error" as const } : {}),
            span: spanOf(node),
            path: printKeyPath(path),
            ...(isMap
              ? {
                  fixes: [
                    { title: "Add the dollar sign", safe: true, edits: [{ span: { source, start, end }, newText }] },
                  ],
                }
              : {}),
          };
        }
      }
    }
  },
};

import { quote } from "../../base/quote.ts";
import { printKeyPath } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import { expressionSpan } from "../facts/places.ts";
import { secretArguments } from "../facts/secret-flow.ts";
import type { Rule } from "../rule.ts";

export const environmentArgument: Rule = {
  code: "environment-argument",
  severity: "hint",
  subject: "definition",
  group: "pedantic",
  summary: "An environment variable is passed to Python as an argument.",
  explanation:
    "Every environment variable is treated as secret, and arguments are easily printed, logged or returned. Most variables, such as a threshold, are harmless. Known credentials have a separate warning, `secret-argument`.",
  bad: example({
    load: `        inputs:
          - name: confidence
            value: \${CONFIDENCE}
`,
  }),
  good: example({
    load: `        inputs:
          - name: confidence
            value: 0.25
`,
  }),
  *check(graph) {
    for (const { isCredential, variable, input, reference } of secretArguments(graph)) {
      if (isCredential) continue;
      yield {
        message: `The value of ${quote(variable)} is passed to Python as ${quote(input.name)}.`,
        hint: "If it is secret, read it in the Python code instead.",
        span: expressionSpan(reference),
        path: printKeyPath(reference.path),
      };
    }
  },
};

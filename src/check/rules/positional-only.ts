import { quote } from "../../base/quote.ts";
import { printKeyPath, spanOf } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import { callsOf } from "../facts/calls.ts";
import type { Rule } from "../rule.ts";

const LOAD = `        inputs:
          - name: weights
            value: small
`;

export const positionalOnly: Rule = {
  code: "positional-only",
  severity: "error",
  subject: "definition",
  needsCode: true,
  summary: "A parameter cannot be passed by name.",
  explanation: "Inputs are passed by name. Parameters before `/` in a Python function are passed by position only.",
  bad: example({
    load: LOAD,
    python: `def get_model(weights, /):
    return weights


def predict(model, datapoints):
    return []
`,
  }),
  good: example({
    load: LOAD,
    python: `def get_model(weights):
    return weights


def predict(model, datapoints):
    return []
`,
  }),
  *check(graph) {
    for (const { call, functionSpan, path, related } of callsOf(graph)) {
      for (const { parameter, input } of call.arguments?.positionalOnly() ?? []) {
        const { text, span } = parameter.name;
        yield {
          message: `The parameter ${quote(text)} is positional-only, but inputs are passed by name.`,
          hint: "Move it after the `/` in the Python code.",
          span: input === undefined ? functionSpan : spanOf(input.leaf.node),
          path: input === undefined ? path : printKeyPath(input.leaf.path),
          related: [{ message: "before the `/`", span }, ...related],
        };
      }
    }
  },
};

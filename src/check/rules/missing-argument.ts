import { quote } from "../../base/quote.ts";
import { example } from "../examples/example.ts";
import { callsOf } from "../facts/calls.ts";
import { list } from "../facts/list.ts";
import type { Rule } from "../rule.ts";

const PYTHON = `def get_model(weights, size=640, device="cpu"):
    return weights


def predict(model, datapoints):
    return []
`;

export const missingArgument: Rule = {
  code: "missing-argument",
  severity: "error",
  subject: "definition",
  needsCode: true,
  summary: "A required parameter of a function has no input.",
  explanation:
    "Every parameter without a default needs an input of the same name. Only `device` is passed automatically, if the function accepts it.",
  bad: example({ python: PYTHON }),
  good: example({
    load: `        inputs:
          - name: weights
            value: small
`,
    python: PYTHON,
  }),
  *check(graph) {
    for (const { call, functionSpan, path, related } of callsOf(graph)) {
      if (call.arguments === undefined) continue;
      const { signature, missing } = call.arguments;
      if (missing.count === 0) continue;
      const [inputs, it] = missing.count === 1 ? ["input", "it"] : ["inputs", "them"];
      const names = missing.first.map(({ name }) => name.text);
      yield {
        message: `Missing ${inputs} ${list(names, missing.count)}, required by ${quote(signature.name.text)}.`,
        hint: `Add ${it} to \`inputs\`, or give ${it} a default in the Python code.`,
        span: functionSpan,
        path,
        related: [
          ...missing.first.slice(0, 3).map(({ name }) => ({ message: "no default", span: name.span })),
          ...related,
        ],
      };
    }
  },
};

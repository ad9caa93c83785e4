import { orList, quote } from "../../base/quote.ts";
import { remember } from "../../base/remember.ts";
import type { Arguments } from "../../infer/arguments.ts";
import { printKeyPath, spanOf } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import { callsOf } from "../facts/calls.ts";
import { list } from "../facts/list.ts";
import type { Rule } from "../rule.ts";

const PYTHON = `def get_model(weights):
    return weights


def predict(model, datapoints):
    return []
`;

export const unknownArgument: Rule = {
  code: "unknown-argument",
  severity: "error",
  subject: "definition",
  needsCode: true,
  summary: "A function has no parameter for an input.",
  explanation:
    "Each input is passed by name, so the function must have a parameter of that name, or accept any name with `**options`.",
  bad: example({
    load: `        inputs:
          - name: wieghts
            value: small
`,
    python: PYTHON,
  }),
  good: example({
    load: `        inputs:
          - name: weights
            value: small
`,
    python: PYTHON,
  }),
  *check(graph) {
    for (const { call, related } of callsOf(graph)) {
      if (call.arguments === undefined) continue;
      const { signature, unknown } = call.arguments;
      for (const { input, meant } of unknown) {
        const [only, second] = meant;
        const where =
          only !== undefined && second === undefined
            ? { message: `${quote(only.name.text)} has no input`, span: only.name.span }
            : { message: "defined here", span: signature.name.span };
        yield {
          message: `${quote(signature.name.text)} has no parameter ${quote(input.name)}.`,
          hint: meant.length > 0 ? `Did you mean ${orList(meant.map(({ name }) => name.text))}?` : available(signature),
          span: spanOf(input.leaf.node),
          path: printKeyPath(input.leaf.path),
          related: [where, ...related],
        };
      }
    }
  },
};

const available = remember(({ parameters }: Arguments["signature"]): string => {
  const names = parameters.filter(({ kind }) => kind === "positional-or-keyword" || kind === "keyword-only");
  if (names.length === 0) return "Remove the input: the function takes none.";
  return `Available parameters: ${list(names.map(({ name }) => name.text))}.`;
});

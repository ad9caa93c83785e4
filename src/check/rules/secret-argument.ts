import type { Finding } from "../../base/diagnostic.ts";
import { quote } from "../../base/quote.ts";
import { printKeyPath } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import { expressionSpan } from "../facts/places.ts";
import { type SecretArgument, secretArguments } from "../facts/secret-flow.ts";
import type { Rule } from "../rule.ts";

export const secretArgument: Rule = {
  code: "secret-argument",
  severity: "warning",
  subject: "definition",
  summary: "A credential of the environment is handed to Python as an argument.",
  explanation:
    "Arguments are printed, logged, put into tracebacks and returned without much thought. Code that reads the variable itself, where it is needed, keeps it out of all that. A variable is a credential by its name, such as `STORE_TOKEN`, or because it is used as one; `environment-argument` tells of the others.",
  bad: example({
    load: `        inputs:
          - name: store
            value: \${STORE_TOKEN}
`,
  }),
  good: example({
    load: `        inputs:
          - name: store
            value: https://example.com
`,
  }),
  *check(graph) {
    for (const argument of secretArguments(graph)) if (argument.isCredential) yield finding(argument);
  },
};

function finding({ input, variable, reference, origin, handedOn }: SecretArgument): Finding {
  const cameIn =
    origin === undefined ? [] : [{ message: `${quote(variable)} comes in here.`, span: expressionSpan(origin) }];
  const goesOn = handedOn.map((next) => ({ message: "It is handed on here.", span: expressionSpan(next) }));
  return {
    message: `The value of ${quote(variable)} is handed to Python as ${quote(input.name)}, where it can be printed or returned.`,
    hint: `Read it in the code, where it is needed: ${quote(`os.environ["${variable}"]`)}.`,
    span: expressionSpan(reference),
    path: printKeyPath(reference.path),
    related: [...cameIn, ...goesOn],
  };
}

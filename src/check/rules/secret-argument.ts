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
  summary: "A credential from the environment is passed to Python as an argument.",
  explanation:
    "Arguments are easily printed, logged, included in tracebacks or returned. The value is safer if the code reads the environment variable where it needs it. A variable counts as a credential because of its name, such as `STORE_TOKEN`, or because it is used as one; `environment-argument` reports the others.",
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

function finding({ input, variable, reference, origin, readBy }: SecretArgument): Finding {
  const origins =
    origin === undefined ? [] : [{ message: `${quote(variable)} is used here`, span: expressionSpan(origin) }];
  const readers = readBy.map((reader) => ({ message: "also passed here", span: expressionSpan(reader) }));
  return {
    message: `The value of ${quote(variable)} is passed to Python as ${quote(input.name)}, where it can be printed or returned.`,
    hint: `Read it in the Python code where it is needed: ${quote(`os.environ["${variable}"]`)}.`,
    span: expressionSpan(reference),
    path: printKeyPath(reference.path),
    related: [...origins, ...readers],
  };
}

import { quote } from "../../base/quote.ts";
import { referencesIn } from "../../bind/value.ts";
import { printKeyPath } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import { namedCredentials } from "../facts/named-credentials.ts";
import { expressionSpan, shown } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

const REMOTE = `    repository:
      url: https://example.com/detector.git
      branch: main
`;

export const environmentEntrypoint: Rule = {
  code: "environment-entrypoint",
  severity: "warning",
  subject: "definition",
  summary: "An entry point contains an environment variable.",
  explanation:
    "The function that is called is known only when the model runs, so its parameters cannot be checked. The platform reads `efemarai.yaml` from the uploaded code, and does not replace the variables of this machine there.",
  bad: example({ model: REMOTE, entrypoint: "${MODULE}:get_model" }),
  good: example({ model: REMOTE, entrypoint: "inference:get_model" }),
  *check(graph) {
    const isCredential = namedCredentials(graph);
    for (const { runtime } of graph.bound.models) {
      if (runtime.kind !== "own") continue;
      for (const call of [runtime.runtime.load, runtime.runtime.predict]) {
        const variable = referencesIn(call?.entrypoint).find(({ meaning }) => meaning.kind === "environment");
        if (call === undefined || variable?.meaning.kind !== "environment") continue;
        // `published-secret` says more.
        if (isCredential(variable.meaning.name)) continue;
        yield {
          message: `The platform may read this entry point without replacing ${shown(variable)}.`,
          hint: `Write the module and the function directly, such as ${quote(EXAMPLES[call.phase])}.`,
          span: expressionSpan(variable),
          path: printKeyPath(variable.path),
        };
      }
    }
  },
};

const EXAMPLES = { load: "inference:get_model", predict: "inference:predict" } as const;

import { quote } from "../../base/did-you-mean.ts";
import { referencesIn } from "../../bind/value.ts";
import { printPath, spanOf } from "../../parse/tree.ts";
import { example } from "../example.ts";
import { expressionSpan, shown } from "../places.ts";
import type { Rule } from "../rule.ts";

export const environmentEntrypoint: Rule = {
  code: "environment-entrypoint",
  severity: "warning",
  subject: "definition",
  summary: "An entrypoint comes from the environment.",
  explanation:
    "Which function is called is known only when the model runs, so its parameters cannot be checked. The platform reads `efemarai.yaml` from the uploaded code, where nothing replaces the variables of this machine.",
  bad: example({ entrypoint: "${MODULE}:get_model" }),
  good: example({ entrypoint: "inference:get_model" }),
  *check(graph) {
    for (const { runtime } of graph.bound.models) {
      if (runtime.kind !== "own") continue;
      for (const call of [runtime.runtime.load, runtime.runtime.predict]) {
        const value = call?.entrypoint;
        const variable = referencesIn(value).find(({ meaning }) => meaning.kind === "environment");
        if (call === undefined || value === undefined || variable === undefined) continue;
        const path = printPath(value.path);
        yield {
          message: `The platform may read this entrypoint without replacing ${shown(variable)}.`,
          hint: `Write the module and the function, such as ${quote(EXAMPLES[call.phase])}.`,
          span: expressionSpan(variable),
          path,
        };
        yield {
          message: `Which function ${quote(call.phase)} calls depends on the environment, so its inputs are not checked.`,
          severity: "unverified",
          span: spanOf(value.node),
          path,
        };
      }
    }
  },
};

const EXAMPLES = { load: "inference:get_model", predict: "inference:predict" } as const;

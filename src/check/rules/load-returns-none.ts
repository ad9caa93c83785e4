import { quote } from "../../base/did-you-mean.ts";
import { printPath } from "../../parse/tree.ts";
import { callsOf } from "../calls.ts";
import { example } from "../example.ts";
import { expressionSpan, shown } from "../places.ts";
import type { Rule } from "../rule.ts";

export const loadReturnsNone: Rule = {
  code: "load-returns-none",
  severity: "error",
  subject: "definition",
  needsCode: true,
  summary: "Predict wants the loaded model, and load returns nothing.",
  explanation:
    "What load returns is its output. A function that is annotated `-> None` returns nothing to predict with.",
  bad: example({
    python: `def get_model() -> None:
    print("loaded")


def predict(model, datapoints):
    return []
`,
  }),
  good: example({
    python: `def get_model() -> str:
    return "loaded"


def predict(model, datapoints):
    return []
`,
  }),
  *check(graph) {
    for (const { call, related } of callsOf(graph)) {
      if (call.result?.kind !== "nothing") continue;
      const { annotation, use } = call.result;
      // A body without `return` may be one that is still to be written.
      if (annotation === undefined || use === undefined) continue;
      yield {
        message: `${shown(use)} is None, because ${quote(call.entrypoint.function)} returns nothing.`,
        hint: "Return the model, or correct the annotation.",
        span: expressionSpan(use),
        path: printPath(use.path),
        related: [{ message: "It is annotated here.", span: annotation.span }, ...related],
      };
    }
  },
};

import { quote } from "../../base/quote.ts";
import { printKeyPath } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import { callsOf } from "../facts/calls.ts";
import { expressionSpan, shown } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

export const loadReturnsNone: Rule = {
  code: "load-returns-none",
  severity: "error",
  subject: "definition",
  needsCode: true,
  summary: "Predict wants the loaded model, and load returns nothing.",
  explanation:
    "What load returns is its output. A function that is annotated `-> None` returns nothing to predict with, and one whose body has no `return` does not either; that is a warning, because the code may keep the model for itself.",
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
      const { annotation, use, isDraft } = call.result;
      // Nothing is said of a body that is still to be written.
      if (use === undefined || (annotation === undefined && isDraft)) continue;
      const name = "signature" in call.resolution ? call.resolution.signature.name : undefined;
      yield {
        message: `${shown(use)} is None, because ${quote(call.entrypoint.function)} returns nothing.`,
        ...(annotation === undefined && { severity: "warning" as const }),
        hint:
          annotation === undefined
            ? "Return the model at its end; if the code keeps it for itself, take the input away."
            : "Return the model, or correct the annotation.",
        span: expressionSpan(use),
        path: printKeyPath(use.path),
        related: [
          ...(annotation !== undefined ? [{ message: "It is annotated here.", span: annotation.span }] : []),
          ...(annotation === undefined && name ? [{ message: "Its body returns nothing.", span: name.span }] : []),
          ...related,
        ],
      };
    }
  },
};

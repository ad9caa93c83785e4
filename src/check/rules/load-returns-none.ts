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
  summary: "`predict` uses the loaded model, but `load` returns nothing.",
  explanation:
    "The output of `load` is what its function returns. A function that is annotated with `-> None`, or whose body returns no value, returns no model. Without the annotation, this is a warning, because the code may keep the model in a global variable.",
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
      // A function that is still to be written is not reported.
      if (use === undefined || (annotation === undefined && isDraft)) continue;
      const name = "signature" in call.resolution ? call.resolution.signature.name : undefined;
      yield {
        message: `${shown(use)} is \`None\`, because ${quote(call.entrypoint.function)} returns nothing.`,
        ...(annotation === undefined && { severity: "warning" as const }),
        hint:
          annotation === undefined
            ? "Return the model, or remove the input if the code keeps the model in a global variable."
            : "Return the model, or correct the annotation.",
        span: expressionSpan(use),
        path: printKeyPath(use.path),
        related: [
          ...(annotation !== undefined ? [{ message: "annotated here", span: annotation.span }] : []),
          ...(annotation === undefined && name ? [{ message: "returns nothing", span: name.span }] : []),
          ...related,
        ],
      };
    }
  },
};

import type { Finding } from "../../base/diagnostic.ts";
import { quote } from "../../base/quote.ts";
import { example } from "../examples/example.ts";
import { callsOf } from "../facts/calls.ts";
import type { Rule } from "../rule.ts";

export const notCallable: Rule = {
  code: "not-callable",
  severity: "error",
  subject: "definition",
  needsCode: true,
  summary: "An entrypoint names something that is no function.",
  explanation: "Load and predict are called, so each entrypoint names a function, or a class for load.",
  bad: example({
    entrypoint: "inference:MODEL",
    python: `MODEL = "detector"


def get_model():
    return MODEL


def predict(model, datapoints):
    return []
`,
  }),
  good: example({
    entrypoint: "inference:get_model",
    python: `MODEL = "detector"


def get_model():
    return MODEL


def predict(model, datapoints):
    return []
`,
  }),
  *check(graph): Generator<Finding> {
    for (const { call, functionSpan, path, related } of callsOf(graph)) {
      const { resolution, entrypoint } = call;
      if (resolution.kind !== "not-callable") continue;
      const { what, span } = resolution;
      const where =
        span === undefined ? [] : [{ message: what === "module" ? "It is this file." : "It is set here.", span }];
      yield {
        message: `${quote(entrypoint.function)} cannot be called: it is ${WHAT[what]}.`,
        hint: "Name a function.",
        span: functionSpan,
        path,
        related: [...where, ...related],
      };
    }
  },
};

const WHAT = { module: "a module", value: "a value", "type-alias": "only the name of a type" } as const;

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
  summary: "An entry point is not a function.",
  explanation:
    "Modelwright calls the entry points of `load` and `predict`. Each must be a function; for `load`, it can also be a class.",
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
      const where = span === undefined ? [] : [{ message: what === "module" ? "this file" : "defined here", span }];
      yield {
        message: `${quote(entrypoint.function)} is ${WHAT[what]}, not a function.`,
        hint: "Use the name of a function.",
        span: functionSpan,
        path,
        related: [...where, ...related],
      };
    }
  },
};

const WHAT = { module: "a module", value: "a value", "type-alias": "a type alias" } as const;

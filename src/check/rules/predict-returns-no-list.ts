import { quote } from "../../base/quote.ts";
import type { Span } from "../../base/source.ts";
import type { ResultVerdict } from "../../infer/typed.ts";
import { example } from "../examples/example.ts";
import { callsOf } from "../facts/calls.ts";
import type { Rule } from "../rule.ts";

export const predictReturnsNoList: Rule = {
  code: "predict-returns-no-list",
  severity: "error",
  subject: "definition",
  needsCode: true,
  summary: "`predict` does not return a list.",
  explanation:
    "`predict` receives a list of datapoints and must return a list or a tuple with one prediction per datapoint. A dict, an array, a generator or an instance of a class is not a list. The return type is known from the annotation, or from every `return` in the body.",
  bad: example({
    python: `def get_model():
    return "loaded"


def predict(model, datapoints) -> dict:
    return {}
`,
  }),
  good: example({
    python: `def get_model():
    return "loaded"


def predict(model, datapoints) -> list[dict]:
    return [{}]
`,
  }),
  *check(graph) {
    for (const { call, functionSpan, path, related } of callsOf(graph)) {
      if (call.result?.kind !== "no-list") continue;
      const { why, hint, at, label } = wordsFor(call.result, call.entrypoint.function);
      yield {
        message: `\`predict\` must return a list with one prediction per datapoint, but ${why}.`,
        hint,
        span: functionSpan,
        path,
        related: [{ message: label, span: at }, ...related],
      };
    }
  },
};

type NoList = Extract<ResultVerdict, { readonly kind: "no-list" }>;

function wordsFor(
  result: NoList,
  name: string,
): { readonly why: string; readonly hint: string; readonly at: Span; readonly label: string } {
  switch (result.what) {
    case "annotation": {
      const { text, span } = result.annotation;
      const why = `${quote(name)} returns ${quote(text)}`;
      return { why, hint: "Return a list, or correct the annotation.", at: span, label: "annotated here" };
    }
    case "body": {
      const { value } = result.returned;
      const at = value?.span ?? result.signature.name.span;
      const why = `${quote(name)} returns ${value === undefined ? "nothing" : quote(shortened(value.text))}`;
      const label = value === undefined ? "no `return` with a value" : "returned here";
      return { why, hint: HINTS[result.returned.what], at, label };
    }
    case "generator": {
      const why = `${quote(name)} is a generator`;
      const hint = "Collect the values in a list, and return the list.";
      return { why, hint, at: result.signature.name.span, label: "contains a `yield`" };
    }
    case "class": {
      const why = `${quote(name)} is a class, and calling it returns an instance`;
      return { why, hint: "Use the name of a function.", at: result.signature.name.span, label: "defined here" };
    }
  }
}

const HINTS = {
  nothing: "Return the predictions.",
  iterator: "Wrap the value in `list(…)`.",
  map: "Return a list of such maps, one per datapoint.",
  value: "Return a list.",
} as const;

/** The first line of an expression, shortened if it is long. */
function shortened(text: string): string {
  const [line = ""] = text.split(/[\r\n]/, 1);
  return line.length < text.length || line.length > MAX_SHOWN ? `${line.slice(0, MAX_SHOWN)}…` : line;
}

const MAX_SHOWN = 40;

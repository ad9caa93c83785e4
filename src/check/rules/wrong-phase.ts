import { orList } from "../../base/quote.ts";
import type { Phase, WrongPhase } from "../../bind/bound.ts";
import { printKeyPath } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import { pathSpan, shown, writtenReferences } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

export const wrongPhase: Rule = {
  code: "wrong-phase",
  severity: "error",
  subject: "definition",
  summary: "An expression refers to something that is not available in its place.",
  explanation:
    "`load` runs before `predict` and has no datapoints; its output is available only in `predict`. Files and the device are available only in the runtime, and `model` only in a model.",
  bad: example({
    load: `        inputs:
          - name: datapoints
            value: \${datapoints}
`,
  }),
  good: example({}),
  *check(graph) {
    for (const reference of writtenReferences(graph)) {
      const { meaning } = reference;
      if (meaning.kind !== "wrong-phase") continue;
      const { what, phase, lastSegment } = meaning;
      yield {
        message: `${shown(reference)} cannot be used ${HERE[phase]}: ${WHY[what]}.`,
        hint: HINTS[what],
        span: pathSpan(reference, lastSegment),
        path: printKeyPath(reference.path),
      };
    }
  },
};

const HERE: Readonly<Record<Phase, string>> = {
  outside: "outside a model",
  definition: "outside the runtime",
  runtime: "in a setting of the runtime",
  load: "in `load`",
  predict: "in `predict`",
};

const WHY: Readonly<Record<WrongPhase, string>> = {
  model: "it belongs to one model",
  runtime: "it is known only when the model runs",
  file: "the path of a file is known only when the model runs",
  device: "the device is known only when the model runs",
  "load-input": "the inputs of `load` are available only in `load` and `predict`",
  "load-output": "it exists only after `load` has run",
  "predict-input": "the inputs of `predict` are available only in `predict`",
  "predict-output": "a model cannot read its own predictions",
  datapoints: "only `predict` receives the datapoints",
};

const INPUTS = orList(["load.inputs", "predict.inputs"]);

const HINTS: Readonly<Record<WrongPhase, string>> = {
  model: "Write the value directly.",
  runtime: `Use its parts in ${INPUTS}.`,
  file: `Use it in ${INPUTS}.`,
  device: `Use it in ${INPUTS}.`,
  "load-input": `Use it in ${INPUTS}.`,
  "load-output": "Use it in `predict.inputs`.",
  "predict-input": "Use it in another input of `predict`.",
  "predict-output": "Compute the value in the Python code of `predict`.",
  datapoints: "Use it in `predict.inputs`.",
};

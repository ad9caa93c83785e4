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
  summary: "An expression names something that does not exist yet, or not there.",
  explanation:
    "Load runs before predict and sees no data; what it returns is there for predict alone. Files and the device are known within the runtime, `model` within a model.",
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
  outside: "outside of a model",
  definition: "outside of the runtime",
  runtime: "for a setting of the runtime",
  load: "in load",
  predict: "in predict",
};

const WHY: Readonly<Record<WrongPhase, string>> = {
  model: "it belongs to one model",
  runtime: "it is known only when the model runs",
  file: "where a file lies is known only when the model runs",
  device: "the device is known only when the model runs",
  "load-input": "the inputs of load are known only to load and predict",
  "load-output": "it exists only after load has run",
  "predict-input": "the inputs of predict are known only to predict",
  "predict-output": "predictions leave the model and cannot be read by it",
  datapoints: "only predict sees the data",
};

const INPUTS = orList(["load.inputs", "predict.inputs"]);

const HINTS: Readonly<Record<WrongPhase, string>> = {
  model: "Write the value itself.",
  runtime: `Use its parts in ${INPUTS}.`,
  file: `Use it in ${INPUTS}.`,
  device: `Use it in ${INPUTS}.`,
  "load-input": `Use it in ${INPUTS}.`,
  "load-output": "Hand it to predict, in `predict.inputs`.",
  "predict-input": "Use it in another input of predict.",
  "predict-output": "Compute what is needed in the Python code of predict.",
  datapoints: "Hand it to predict, in `predict.inputs`.",
};

import { isTextLike, typeName } from "../../infer/type.ts";
import { printPath } from "../../parse/tree.ts";
import { example } from "../example.ts";
import { expressionSpan, shown } from "../places.ts";
import type { Rule } from "../rule.ts";

export const opaqueInText: Rule = {
  code: "opaque-in-text",
  severity: "error",
  subject: "definition",
  summary: "A value that is no text stands inside text.",
  explanation:
    "Text, paths, numbers, booleans and the device can be joined into text. The loaded model, the datapoints, lists and maps cannot.",
  bad: example({
    predict: `        inputs:
          - name: model
            value: the \${model.runtime.load.output.network}
          - name: datapoints
            value: \${datapoints}
`,
  }),
  good: example({
    predict: `        inputs:
          - name: model
            value: \${model.runtime.load.output.network}
          - name: datapoints
            value: \${datapoints}
`,
  }),
  *check(graph) {
    for (const model of graph.models) {
      for (const reference of model.bound.references) {
        const { isAlone, isBorrowed, meaning, path } = reference;
        if (isAlone || isBorrowed) continue;
        const type = model.typeOfMeaning(meaning);
        if (isTextLike(type)) continue;
        yield {
          message: `${shown(reference)} cannot stand inside text, because it is ${typeName(type)}.`,
          hint: "Let the expression stand alone, and join the parts in the Python code.",
          span: expressionSpan(reference),
          path: printPath(path),
        };
      }
    }
  },
};

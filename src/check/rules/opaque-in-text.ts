import { loneExpression, parseTemplate } from "../../../grammar/expression.ts";
import type { Fix } from "../../base/diagnostic.ts";
import { isTextLike, typeName } from "../../infer/type.ts";
import { trimScalar } from "../../parse/edit-scalar.ts";
import { printKeyPath, type ScalarNode } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import { expressionSpan, shown } from "../facts/places.ts";
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
        const { isAlone, isInherited, meaning, path, scalar } = reference;
        if (isAlone || isInherited) continue;
        const type = model.typeOfMeaning(meaning);
        if (isTextLike(type)) continue;
        yield {
          message: `${shown(reference)} cannot stand inside text, because it is ${typeName(type)}.`,
          hint: "Let the expression stand alone, and join the parts in the Python code.",
          span: expressionSpan(reference),
          path: printKeyPath(path),
          fixes: aloneFix(scalar),
        };
      }
    }
  },
};

/** Where the text around it is nothing but blanks, nobody means it. */
function aloneFix(scalar: ScalarNode): readonly Fix[] {
  if (loneExpression(parseTemplate(scalar.text.trim())) === undefined) return [];
  const edit = trimScalar(scalar);
  return edit === undefined ? [] : [{ title: "Remove the blanks around it", safe: true, edits: [edit] }];
}

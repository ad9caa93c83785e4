import { printKeyPath } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import { portabilityOf } from "../portable/portability.ts";
import { portableWords } from "../portable/words.ts";
import type { Rule } from "../rule.ts";

export const notPortable: Rule = {
  code: "not-portable",
  severity: "hint",
  subject: "definition",
  group: "portable",
  summary: "The Efemarai platform stops at something, or reads it differently.",
  explanation:
    "Modelwright understands more than the platform: text around expressions, expressions in lists and maps, defaults, a second spelling, inputs that refer to one another. The platform also replaces variables anywhere in the text before it reads YAML, in comments too, reads YAML 1.1 with PyYAML, and takes fewer files and datasets. Each finding says when the platform stops: at its check, at `create`, or when the model runs. With `--env`, the values of variables are judged too, and never shown.",
  bad: example({
    load: `        inputs:
          - name: title
            value: the \${model.name}
`,
  }),
  good: example({
    load: `        inputs:
          - name: title
            value: \${model.name}
`,
  }),
  *check(graph) {
    for (const { kind, span, path, name } of portabilityOf(graph)) {
      yield { ...portableWords(kind, name), span, path: printKeyPath(path) };
    }
  },
};

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
  summary: "The Efemarai platform rejects something, or reads it differently.",
  explanation:
    "Modelwright supports more than the platform: text around expressions, expressions in lists and maps, defaults, a second spelling of expressions, and inputs that refer to each other. The platform also replaces variables anywhere in the file, including comments, before it reads the file as YAML 1.1 with PyYAML, and it accepts fewer kinds of files and datasets. Each finding says when the platform stops: at its check, at `create`, or when the model runs. With `--env`, the values of variables are checked too, but never shown.",
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

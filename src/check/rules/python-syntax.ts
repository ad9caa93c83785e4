import type { PythonModule } from "../../python/module.ts";
import { syntaxMistakeOf } from "../../python/syntax/check-syntax.ts";
import { example } from "../examples/example.ts";
import { callsOf, modulesOf } from "../facts/calls.ts";
import { describeSyntaxMistake } from "../python-syntax-words.ts";
import type { Rule } from "../rule.ts";

export const pythonSyntax: Rule = {
  code: "python-syntax",
  severity: "error",
  subject: "definition",
  needsCode: true,
  summary: "The Python code of an entrypoint cannot be imported.",
  explanation:
    "One mistake anywhere in a Python file keeps Python from importing it. The file is read, never run. The first mistake is reported, on the line that Python names; syntax that any Python from 3.9 to 3.14 accepts is not a mistake.",
  bad: example({
    python: `def get_model():
    return open("model.bin"


def predict(model, datapoints):
    return []
`,
  }),
  good: example({
    python: `def get_model():
    return open("model.bin")


def predict(model, datapoints):
    return []
`,
  }),
  *check(graph) {
    const seen = new Set<PythonModule>();
    for (const { call, functionSpan, path, related } of callsOf(graph)) {
      const at = [{ message: "The entrypoint leads to this file.", span: functionSpan }, ...related];
      for (const module of modulesOf(graph, call)) {
        if (seen.has(module)) continue;
        seen.add(module);
        const mistake = syntaxMistakeOf(module);
        if (mistake === undefined) continue;
        const finding = describeSyntaxMistake(module.source, mistake);
        yield { ...finding, path, related: [...(finding.related ?? []), ...at] };
      }
    }
  },
};

import { packageOf, similarModule } from "../../base/python-packages.ts";
import { quote } from "../../base/quote.ts";
import { placeKey } from "../../base/source.ts";
import type { AbsentPackage } from "../../python/names/absent.ts";
import { example } from "../examples/example.ts";
import { callsOf } from "../facts/calls.ts";
import type { Rule } from "../rule.ts";

const PYTHON = `import numpy


def get_model():
    return numpy.zeros(1)


def predict(model, datapoints):
    return []
`;

export const missingPackage: Rule = {
  code: "missing-package",
  severity: "warning",
  subject: "machine",
  needsCode: true,
  summary: "The module of an entry point imports a package that is not installed.",
  explanation:
    "Packages are looked up in the code and in `.venv` next to the definition, whose files are listed but never run. Nothing is reported without such an environment, for imports in a condition or in `try`, or if files of the environment or the code may change what an import finds.",
  bad: example({ python: PYTHON.replace("import numpy", "import cv2\nimport numpy") }),
  good: example({ python: PYTHON }),
  *check(graph) {
    // Both calls, and several models, may use the same module.
    const seen = new Set<string>();
    const modules = new Set<readonly AbsentPackage[]>();
    for (const { call, functionSpan, path, related } of callsOf(graph)) {
      const absent = call.absent();
      if (modules.has(absent)) continue;
      modules.add(absent);
      for (const { module, span } of absent) {
        if (seen.has(placeKey(span))) continue;
        seen.add(placeKey(span));
        yield {
          message: `${quote(module)} is imported, but is neither in the code nor in \`.venv\`.`,
          hint: hintForPackage(module),
          span,
          path,
          related: [{ message: "required by this entry point", span: functionSpan }, ...related],
        };
      }
    }
  },
};

/** Suggests a package only if it is known to provide the module: another package may have the name of the module. */
function hintForPackage(module: string): string {
  const name = packageOf(module);
  if (name !== undefined) return `Install ${quote(name)} in \`.venv\`.`;
  const near = similarModule(module);
  return near === undefined
    ? "Install the package that contains it, or correct the name."
    : `Did you mean ${quote(near)}?`;
}

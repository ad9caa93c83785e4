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
  summary: "The module of an entrypoint imports a package that is not installed.",
  explanation:
    "Packages are looked for in the code and in `.venv` beside the definition, whose files are listed and never run. Nothing is said without such an environment, of imports below a condition or in `try`, and where files of the environment or the code itself may change what an import finds.",
  bad: example({ python: PYTHON.replace("import numpy", "import cv2\nimport numpy") }),
  good: example({ python: PYTHON }),
  *check(graph) {
    // Both calls, and several models, may lead to one module.
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
          message: `${quote(module)} is imported here, but neither the code nor \`.venv\` contains it.`,
          hint: hintForPackage(module),
          span,
          path,
          related: [{ message: "The entrypoint is in this module.", span: functionSpan }, ...related],
        };
      }
    }
  },
};

/** A package is only named when it is known to bring the module: others may have one of the same name. */
function hintForPackage(module: string): string {
  const name = packageOf(module);
  if (name !== undefined) return `Install ${quote(name)} in \`.venv\`.`;
  const near = similarModule(module);
  return near === undefined
    ? "Install the package that contains it, or correct the name."
    : `Did you mean ${quote(near)}?`;
}

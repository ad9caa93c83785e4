import type { Finding } from "../../base/diagnostic.ts";
import { nearest, suggest } from "../../base/nearest.ts";
import { orList, quote } from "../../base/quote.ts";
import { folderTried, type PythonCode } from "../../infer/python-code.ts";
import type { MissingModule } from "../../python/names/repository.ts";
import { example } from "../examples/example.ts";
import { type CallPlace, callsOf } from "../facts/calls.ts";
import type { Rule } from "../rule.ts";

export const missingModule: Rule = {
  code: "missing-module",
  severity: "error",
  subject: "machine",
  summary: "The module of an entrypoint is not there.",
  explanation:
    "A module is found from the folder of the model's code: `vision.inference` is `vision/inference.py`, or `vision/inference/__init__.py`. A file that git ignores may be on other machines, so its absence proves nothing. A module of Python's standard library, such as `types`, hides a file of its name.",
  bad: example({ entrypoint: "inferense:get_model" }),
  good: example({ entrypoint: "inference:get_model" }),
  *check(graph) {
    for (const place of callsOf(graph)) {
      const { resolution } = place.call;
      if (resolution.kind !== "module-missing") continue;
      const imported = resolution.trail.at(-1);
      if (imported === undefined) yield missingEntrypoint(place, resolution.missing, graph.python);
      else {
        yield {
          message: importMessage(resolution.missing),
          hint: hintForModule(resolution.missing, graph.python),
          span: imported,
          path: place.path,
          related: [{ message: "The entrypoint leads there.", span: place.functionSpan }, ...place.related],
        };
      }
    }
  },
};

function missingEntrypoint(place: CallPlace, missing: MissingModule, python: PythonCode): Finding {
  const { module } = missing;
  const start = missing.why === "standard-library" ? 0 : module.lastIndexOf(".") + 1;
  return {
    message: messageFor(missing),
    hint: hintForModule(missing, python),
    span: place.moduleSpan(start, module.length),
    path: place.path,
    ...(place.related.length > 0 && { related: place.related }),
  };
}

function importMessage({ module, why }: MissingModule): string {
  if (why === "beyond-root")
    return `${quote(module)} leads nowhere: this file is at the root of the code, in no package.`;
  return `There is no module ${quote(module)}, from which this is imported.`;
}

function messageFor({ module, why, tried }: MissingModule): string {
  const parent = module.slice(0, Math.max(module.lastIndexOf("."), 0));
  switch (why) {
    case "standard-library":
      return `${quote(module)} is a module of Python's standard library, which Python imports before any file of the code.`;
    case "no-init":
      return `${quote(module)} is a folder, not a module.`;
    case "not-a-package":
      return `${quote(parent)} is the module ${quote(tried[0] ?? parent)}, so it holds no module ${quote(lastOf(module))}.`;
    case "not-found":
    case "beyond-root":
      return `There is no module ${quote(module)}.`;
  }
}

function hintForModule({ module, why, tried }: MissingModule, python: PythonCode): string {
  if (why === "beyond-root") return "Import it by its name from the root, without dots in front.";
  if (why === "standard-library") {
    const [hidden] = tried;
    return hidden === undefined
      ? "Name a module of the code."
      : `Rename ${quote(hidden)}, such as to ${quote(`${module}_model`)}, here too.`;
  }
  const folder = folderTried(tried);
  const parent = module.slice(0, module.lastIndexOf(".") + 1);
  if (why === "no-init") {
    const [first] = python.modulesIn(folderInside(tried)).map((name) => `${module}.${name}`);
    return first === undefined ? "Name a Python file." : `Name a file in it, such as ${quote(first)}.`;
  }
  if (why === "not-a-package") return `Name the function behind the module: ${quote(`${parent.slice(0, -1)}:…`)}.`;
  const known = folder === undefined || why !== "not-found" ? [] : python.modulesIn(folder);
  const near = nearest(lastOf(module), known);
  if (near.length > 0) return `Did you mean ${orList(near.map((name) => parent + name))}?`;
  const looked = `Looked for ${tried.map(quote).join(" and ")}.`;
  return known.length === 0 ? looked : `${looked} ${suggest(lastOf(module), known, "module", near)}`;
}

/** The folder that lacks an `__init__.py`. */
function folderInside(tried: readonly string[]): string {
  return (tried[0] ?? "").replace(/\.py$/, "");
}

function lastOf(module: string): string {
  return module.slice(module.lastIndexOf(".") + 1);
}

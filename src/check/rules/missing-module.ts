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
  summary: "The module of an entry point does not exist.",
  explanation:
    "Modules are looked up in the folder of the model's code: `vision.inference` is `vision/inference.py` or `vision/inference/__init__.py`. A file that Git ignores may exist on other machines, so its absence is not an error. A module of the Python standard library, such as `types`, hides a file of the same name.",
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
          related: [{ message: "required by this entry point", span: place.functionSpan }, ...place.related],
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
    return `The relative import ${quote(module)} fails: this file is at the root of the code, not in a package.`;
  return `The imported module ${quote(module)} does not exist.`;
}

function messageFor({ module, why, tried }: MissingModule): string {
  const parent = module.slice(0, Math.max(module.lastIndexOf("."), 0));
  switch (why) {
    case "standard-library":
      return `${quote(module)} is a module of the Python standard library, which takes precedence over the code.`;
    case "no-init":
      return `${quote(module)} is a folder, not a module.`;
    case "not-a-package":
      return `${quote(parent)} is the file ${quote(tried[0] ?? parent)}, not a package, so it contains no module ${quote(lastOf(module))}.`;
    case "not-found":
    case "beyond-root":
      return `The module ${quote(module)} does not exist.`;
  }
}

function hintForModule({ module, why, tried }: MissingModule, python: PythonCode): string {
  if (why === "beyond-root") return "Import the module without leading dots.";
  if (why === "standard-library") {
    const [hidden] = tried;
    return hidden === undefined
      ? "Use a module of the code."
      : `Rename ${quote(hidden)}, for example to ${quote(`${module}_model`)}, and change the entry point.`;
  }
  const folder = folderTried(tried);
  const parent = module.slice(0, module.lastIndexOf(".") + 1);
  if (why === "no-init") {
    const [first] = python.modulesIn(folderInside(tried)).map((name) => `${module}.${name}`);
    return first === undefined ? "Use a Python file." : `Use a module in it, such as ${quote(first)}.`;
  }
  if (why === "not-a-package") return `Write the function after the module: ${quote(`${parent.slice(0, -1)}:…`)}.`;
  const known = folder === undefined || why !== "not-found" ? [] : python.modulesIn(folder);
  const near = nearest(lastOf(module), known);
  if (near.length > 0) return `Did you mean ${orList(near.map((name) => parent + name))}?`;
  const create = `Create ${orList(tried)}, or correct the name.`;
  return known.length === 0 ? create : `${create} ${suggest(lastOf(module), known, "module", near)}`;
}

/** The folder that lacks an `__init__.py`. */
function folderInside(tried: readonly string[]): string {
  return (tried[0] ?? "").replace(/\.py$/, "");
}

function lastOf(module: string): string {
  return module.slice(module.lastIndexOf(".") + 1);
}

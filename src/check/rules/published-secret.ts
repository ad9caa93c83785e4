import type { Finding } from "../../base/diagnostic.ts";
import type { BoundValue, Reference } from "../../bind/bound.ts";
import { referencesIn } from "../../bind/value.ts";
import type { TypedGraph } from "../../infer/typed.ts";
import { printPath } from "../../parse/tree.ts";
import { credentialNames } from "../credentials.ts";
import { example } from "../example.ts";
import { expressionSpan, shown } from "../places.ts";
import type { Rule } from "../rule.ts";

export const publishedSecret: Rule = {
  code: "published-secret",
  severity: "error",
  subject: "definition",
  summary: "A value of the environment becomes a name that everybody sees.",
  explanation:
    "Values of the environment are secret. The name of a model and its entrypoints stand in plans, bindings and logs, and must be known before anything runs, so they hold none. Other names and descriptions may be set by the environment, but not by a credential.",
  bad: example({ entrypoint: "${MODULE}:get_model" }),
  good: example({ entrypoint: "inference:get_model" }),
  *check(graph) {
    for (const { name, isUniversal, runtime } of graph.bound.models) {
      if (!isUniversal) yield* fixed(name?.value, "name", "; `${model.name}` alone is the universal model");
      if (runtime.kind !== "own") continue;
      yield* fixed(runtime.runtime.load?.entrypoint, "entrypoint", ", such as `inference:get_model`");
      yield* fixed(runtime.runtime.predict?.entrypoint, "entrypoint", ", such as `inference:predict`");
    }
    yield* described(graph);
  },
};

/** What must be known before the environment is. */
function* fixed(value: BoundValue | undefined, what: "name" | "entrypoint", aside: string): Generator<Finding> {
  const variable = referencesIn(value).find(({ meaning }) => meaning.kind === "environment");
  if (variable === undefined) return;
  const of = what === "name" ? "The name of a model" : "An entrypoint";
  yield {
    message: `${of} cannot come from the environment: its values are secret, and the ${what} is for everybody.`,
    hint: `Write the ${what} itself${aside}.`,
    span: expressionSpan(variable),
    path: printPath(variable.path),
  };
}

const TITLES: ReadonlySet<string | number> = new Set(["name", "description", "version", "image"]);

/** What people read, and may come from the environment. */
function* described(graph: TypedGraph): Generator<Finding> {
  const isCredential = credentialNames(graph);
  const references: Reference[] = [...graph.bound.references];
  for (const { description, version, runtime } of graph.bound.models) {
    references.push(...referencesIn(description), ...referencesIn(version));
    if (runtime.kind === "own") references.push(...referencesIn(runtime.runtime.image));
  }
  for (const reference of references) {
    const { meaning, path } = reference;
    if (meaning.kind !== "environment" || !isCredential(meaning.name) || !TITLES.has(path?.key ?? "")) continue;
    yield {
      message: `${shown(reference)} is a credential, and the ${path?.key} that it stands in is for everybody.`,
      hint: "Leave it out.",
      severity: "warning",
      span: expressionSpan(reference),
      path: printPath(path),
    };
  }
}

import { nearest } from "../../base/nearest.ts";
import { orList, quote } from "../../base/quote.ts";
import { remember } from "../../base/remember.ts";
import type { RuntimeResolution } from "../../bind/bound.ts";
import { UNIVERSAL_NAME } from "../../bind/runtime.ts";
import type { TypedModel } from "../../infer/typed.ts";
import type { ParsedDefinition } from "../../parse/parse.ts";
import { entryOf, printKeyPath, spanOf } from "../../parse/tree.ts";
import { isCodeAbsent } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

type Missing = Extract<RuntimeResolution, { readonly kind: "missing" }>;

export const missingRuntime: Rule = {
  code: "missing-runtime",
  severity: "error",
  subject: "definition",
  summary: "A model has no runtime.",
  explanation:
    "A model without `runtime` uses a runtime from the `efemarai.yaml` of its repository: that of the entry with the same name, or otherwise that of the universal entry, named `${model.name}`.",
  bad: `models:
  - name: detector
`,
  good: `models:
  - name: detector
  - name: \${model.name}
    runtime:
      load:
        entrypoint: inference:get_model
        output:
          name: model
      predict:
        entrypoint: inference:predict
        inputs:
          - name: model
            value: \${model.runtime.load.output.model}
          - name: datapoints
            value: \${datapoints}
        output:
          name: predictions
`,
  *check(graph) {
    for (const model of graph.models) {
      const { runtime, isUniversal, name, entry, definition, isRequested, repository } = model.bound;
      // An entry of another file without a runtime is reported for the model that uses the entry.
      if (!isRequested) continue;
      if (runtime.kind === "unverified" && repository.location.kind === "local") {
        yield {
          message: `Which runtime the model ${quote(name?.text ?? "")} uses depends on environment variables.`,
          severity: "unverified",
          span: spanOf(name?.leaf.node ?? entry.node),
          path: printKeyPath(entry.path),
        };
      }
      if (runtime.kind !== "missing" || isCodeAbsent(model) || isCutOff(model)) continue;
      const written = entryOf(entry.node, "runtime");
      if (isUniversal) {
        yield {
          message: "The universal entry has no runtime, so it has no effect.",
          hint: "Add `runtime:` with `load` and `predict` below it, or remove the entry.",
          severity: "warning",
          span: spanOf(written?.key ?? name?.leaf.node ?? entry.node),
          path: printKeyPath(entry.path),
        };
        continue;
      }
      const what = `The model ${quote(name?.text ?? "")} has no runtime`;
      const file = quote(runtime.path);
      const isSame = runtime.path === definition.source.path;
      const why = isSame ? "" : runtime.isRead ? `, and ${file} has none for it` : `, and ${file} does not exist`;
      yield {
        message: `${what}${why}.`,
        hint:
          written === undefined
            ? hintForMissingRuntime(runtime, name?.text ?? "")
            : "Add `load` and `predict` below `runtime:`.",
        span: spanOf(written?.key ?? name?.leaf.node ?? entry.node),
        path: printKeyPath(entry.path),
      };
    }
  },
};

/** Whether there is invalid text between this entry and the next one: the runtime may be in it. */
function isCutOff({ bound: { definition, entry } }: TypedModel): boolean {
  return cutOff(definition).has(entry.node.start);
}

/** Where the models start that have invalid text between them and the next one. */
const cutOff = remember(({ root, problems }: ParsedDefinition): ReadonlySet<number> => {
  const starts = [...new Set(root?.fields.models?.node.items.map(({ start }) => start))].sort((a, b) => a - b);
  const found = new Set<number>();
  for (const problem of problems) {
    if (problem.kind !== "yaml-syntax" && problem.kind !== "tab-indentation") continue;
    const before = starts.findLast((start) => start <= problem.span.start);
    if (before !== undefined) found.add(before);
  }
  return found;
});

function hintForMissingRuntime({ path, isRead, names }: Missing, name: string): string {
  if (!isRead) return `Add \`runtime:\`, or create ${quote(path)} with an entry of this name.`;
  const near = nearest(name, names);
  if (near.length > 0) return `Did you mean ${orList(near)}?`;
  if (names.length === 0) return `Add \`runtime:\`, or an entry named ${quote(UNIVERSAL_NAME)} to ${quote(path)}.`;
  const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
  return `Available runtimes in ${quote(path)}: ${names.slice(0, 3).map(quote).join(", ")}${more}.`;
}

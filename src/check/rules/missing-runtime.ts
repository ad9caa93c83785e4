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
  summary: "A model has no runtime, and none is found for it.",
  explanation:
    "A model without `runtime` takes it from the `efemarai.yaml` of its repository: from the entry with exactly its name, else from the universal entry named `${model.name}`.",
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
      // The entry of another file that lacks a runtime is reported with the model that looks for it there.
      if (!isRequested) continue;
      if (runtime.kind === "unverified" && repository.location.kind === "local") {
        yield {
          message: `Which runtime the model ${quote(name?.text ?? "")} uses depends on the environment.`,
          severity: "unverified",
          span: spanOf(name?.leaf.node ?? entry.node),
          path: printKeyPath(entry.path),
        };
      }
      if (runtime.kind !== "missing" || isCodeAbsent(model) || isCutOff(model)) continue;
      const written = entryOf(entry.node, "runtime");
      if (isUniversal) {
        yield {
          message: "The universal entry has no runtime, so it serves no model.",
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
      const lack = isSame ? "" : runtime.isRead ? `, and ${file} has none for it` : `, and there is no ${file} to read`;
      yield {
        message: `${what}${lack}.`,
        hint:
          written === undefined
            ? hintForMissingRuntime(runtime, name?.text ?? "")
            : "`runtime:` has no value. Write `load` and `predict` below it.",
        span: spanOf(written?.key ?? name?.leaf.node ?? entry.node),
        path: printKeyPath(entry.path),
      };
    }
  },
};

/** Whether text that cannot be read stands between this entry and the next one: the runtime may be in it. */
function isCutOff({ bound: { definition, entry } }: TypedModel): boolean {
  return cutOff(definition).has(entry.node.start);
}

/** Where the models begin between which and the next one there is text that cannot be read. */
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
  if (!isRead) return `Add \`runtime\`, or write ${quote(path)} with an entry of this name.`;
  const near = nearest(name, names);
  if (near.length > 0) return `Did you mean ${orList(near)}?`;
  if (names.length === 0) return `Add \`runtime\`, or an entry named ${quote(UNIVERSAL_NAME)} to ${quote(path)}.`;
  const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
  return `${quote(path)} has a runtime for ${names.slice(0, 3).map(quote).join(", ")}${more}.`;
}

import { quote } from "../../base/did-you-mean.ts";
import type { Span } from "../../base/source.ts";
import type { ParsedDefinition } from "../../parse/parse.ts";
import type { Leaf } from "../../parse/shape.ts";
import { printPath, type ScalarNode, spanOf } from "../../parse/tree.ts";
import type { Rule } from "../rule.ts";

export const duplicateName: Rule = {
  code: "duplicate-name",
  severity: "error",
  subject: "definition",
  summary: "Two things of one kind have the same name.",
  explanation: "A name must say which one is meant; with two of them, one is never used.",
  bad: `models:
  - name: detector
    files:
      - name: params
        url: a.pt
      - name: params
        url: b.pt
`,
  good: `models:
  - name: detector
    files:
      - name: params
        url: a.pt
      - name: config
        url: b.json
`,
  *check(graph) {
    for (const definition of graph.bound.files) {
      for (const { what, leaves } of namedLists(definition)) {
        const first = new Map<string, Span>();
        for (const leaf of leaves) {
          if (leaf === undefined) continue;
          const name = leaf.node.text;
          const span = spanOf(leaf.node);
          const other = first.get(name);
          if (other === undefined) first.set(name, span);
          // The same place twice is one entry that an alias repeats; the alias is what is meant to be shared.
          else if (other.start !== span.start) {
            const related = [{ message: "The first one stands here.", span: other }];
            const hint = "Give each its own name.";
            yield {
              message: `There are two ${what} named ${quote(name)}.`,
              hint,
              span,
              path: printPath(leaf.path),
              related,
            };
          }
        }
      }
    }
  },
};

interface NamedList {
  readonly what: string;
  readonly leaves: readonly (Leaf<ScalarNode> | undefined)[];
}

/** Every list whose entries must have different names. */
function* namedLists({ root }: ParsedDefinition): Generator<NamedList> {
  const sections = root?.fields;
  for (const what of ["models", "datasets", "tests", "baselines"] as const) {
    yield { what, leaves: sections?.[what]?.items.map((item) => item?.fields.name) ?? [] };
  }
  const domains = sections?.domains?.items ?? [];
  yield {
    what: "domains",
    leaves: domains.map((item) => (item && "name" in item.fields ? item.fields.name : undefined)),
  };
  for (const model of sections?.models?.items ?? []) {
    yield { what: "files", leaves: model?.fields.files?.items.map((item) => item?.fields.name) ?? [] };
    for (const phase of ["load", "predict"] as const) {
      const inputs = model?.fields.runtime?.fields[phase]?.fields.inputs;
      yield { what: "inputs", leaves: inputs?.items.map((item) => item?.fields.name) ?? [] };
    }
    yield { what: "keys", leaves: model?.fields.runtime?.fields.predict?.fields.output?.fields.keys?.items ?? [] };
  }
}

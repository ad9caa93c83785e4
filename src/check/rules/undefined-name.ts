import { quote, suggest } from "../../base/did-you-mean.ts";
import { nameOf } from "../../bind/runtime.ts";
import { plainText } from "../../bind/value.ts";
import type { ParsedDefinition } from "../../parse/parse.ts";
import type { Leaf } from "../../parse/shape.ts";
import { printPath, type ScalarNode, spanOf } from "../../parse/tree.ts";
import type { Rule } from "../rule.ts";

export const undefinedName: Rule = {
  code: "undefined-name",
  severity: "hint",
  subject: "definition",
  summary: "A test or baseline names something that is not in its file.",
  explanation:
    "It may exist on the platform. It is said only when the file defines others of the same kind, because then the name is often misspelled.",
  bad: `datasets:
  - name: flights
    format: COCO
    stage: test
baselines:
  - name: release
    model: detector
    dataset: fligths
`,
  good: `datasets:
  - name: flights
    format: COCO
    stage: test
baselines:
  - name: release
    model: detector
    dataset: flights
`,
  *check(graph) {
    for (const definition of graph.bound.files) {
      for (const { what, leaf, names } of uses(definition)) {
        const name = textOf(leaf);
        if (leaf === undefined || name === undefined || names.length === 0 || names.includes(name)) continue;
        yield {
          message: `This file defines no ${what} named ${quote(name)}; it may exist on the platform.`,
          hint: suggest(name, names, what),
          span: spanOf(leaf.node),
          path: printPath(leaf.path),
        };
      }
    }
  },
};

interface Use {
  readonly what: string;
  readonly leaf: Leaf<ScalarNode> | undefined;
  readonly names: readonly string[];
}

/** Every name of a model, dataset or domain in a test or baseline, with the names that the file defines. */
function* uses({ root }: ParsedDefinition): Generator<Use> {
  const fields = root?.fields;
  const models = known((fields?.models?.items ?? []).map((item) => item && nameOf(item)));
  const datasets = known((fields?.datasets?.items ?? []).map((item) => textOf(item?.fields.name)));
  const domains = known(
    (fields?.domains?.items ?? []).map((item) =>
      item && "name" in item.fields ? textOf(item.fields.name) : undefined,
    ),
  );
  for (const test of fields?.tests?.items ?? []) {
    yield { what: "model", leaf: test?.fields.model, names: models };
    yield { what: "dataset", leaf: test?.fields.dataset, names: datasets };
    yield { what: "domain", leaf: test?.fields.domain, names: domains };
  }
  for (const baseline of fields?.baselines?.items ?? []) {
    yield { what: "model", leaf: baseline?.fields.model, names: models };
    yield { what: "dataset", leaf: baseline?.fields.dataset, names: datasets };
  }
}

function textOf(leaf: Leaf<ScalarNode> | undefined): string | undefined {
  return leaf && plainText(leaf.node);
}

/** No names at all when one of them cannot be known: it may be the one that is meant. */
function known(names: readonly (string | undefined)[]): readonly string[] {
  const readable = names.filter((name) => name !== undefined && name.trim() !== "" && !/\$[{<]/.test(name));
  return readable.length === names.length ? readable.filter((name) => name !== undefined) : [];
}

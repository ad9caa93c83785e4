import { quote } from "../../base/quote.ts";
import type { BoundDomain, BoundTransformation } from "../../bind/domain.ts";
import { printKeyPath, spanOf } from "../../parse/tree.ts";
import { domainExample } from "../examples/domain-example.ts";
import type { Rule } from "../rule.ts";

export const unusedTransformation: Rule = {
  code: "unused-transformation",
  severity: "warning",
  subject: "definition",
  summary: "The output of a transformation is not used.",
  explanation: "A transformation whose output no other transformation uses is never applied.",
  bad: domainExample({
    more: `      - name: rain
        operator: Rain
        inputs:
          - type: Image
            output_from: { transformation: image, index: 0 }
        outputs:
          - type: Image
`,
  }).replace("[{ transformation: fog, index: 0 }]", "[{ transformation: fog }, { transformation: rain }]"),
  good: domainExample({}),
  *check({ bound }) {
    const inCycles = new Set(bound.graph.cycles.flatMap(({ nodes }) => nodes.map(({ model }) => model)));
    for (const domain of bound.domains) {
      if (domain.isIncomplete || inCycles.has(domain.key)) continue;
      for (const { name, leaf } of unused(domain)) {
        yield {
          message: `Unused transformation ${quote(name)}: no other transformation uses its output.`,
          hint: "Refer to it in `output_from` of the next transformation, or remove it.",
          span: spanOf(leaf.node),
          path: printKeyPath(leaf.path),
        };
      }
    }
  },
};

/** Transformations whose outputs are not used; those that only lead to them are part of the same mistake. */
function unused({ transformations, links }: BoundDomain): readonly BoundTransformation[] {
  const hasEnd = [...transformations.values()].some(isEnd);
  if (!hasEnd) return [];
  const leading = new Set(links.map(({ from }) => from.transformation));
  return [...transformations.values()].filter(({ name, outputs }) => outputs > 0 && !leading.has(name));
}

function isEnd({ operator, outputs }: BoundTransformation): boolean {
  return outputs === 0 && operator?.text === "EvaluateSample";
}

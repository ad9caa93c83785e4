import { quote } from "../../base/quote.ts";
import type { BoundDomain, BoundTransformation } from "../../bind/domain.ts";
import { printKeyPath, spanOf } from "../../parse/tree.ts";
import { domainExample } from "../examples/domain-example.ts";
import type { Rule } from "../rule.ts";

export const unusedTransformation: Rule = {
  code: "unused-transformation",
  severity: "warning",
  subject: "definition",
  summary: "A transformation is not on the way to the end of its domain.",
  explanation: "Nothing takes what it gives, so it is never applied.",
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
          message: `Nothing takes the output of ${quote(name)}, so it is never applied.`,
          hint: "Name it in `output_from` of the transformation that comes next, or remove it.",
          span: spanOf(leaf.node),
          path: printKeyPath(leaf.path),
        };
      }
    }
  },
};

/** Those that give something which nobody takes; what leads only to them is part of the same mistake. */
function unused({ transformations, links }: BoundDomain): readonly BoundTransformation[] {
  const hasEnd = [...transformations.values()].some(isEnd);
  if (!hasEnd) return [];
  const leading = new Set(links.map(({ from }) => from.transformation));
  return [...transformations.values()].filter(({ name, outputs }) => outputs > 0 && !leading.has(name));
}

function isEnd({ operator, outputs }: BoundTransformation): boolean {
  return outputs === 0 && operator?.text === "EvaluateSample";
}

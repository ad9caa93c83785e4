import type { Finding } from "../../base/diagnostic.ts";
import { nearest, suggest } from "../../base/nearest.ts";
import { quote } from "../../base/quote.ts";
import type { BoundDomain, BoundLink } from "../../bind/domain.ts";
import { printKeyPath, spanOf } from "../../parse/tree.ts";
import { domainExample } from "../examples/domain-example.ts";
import type { Rule } from "../rule.ts";

export const undefinedTransformation: Rule = {
  code: "undefined-transformation",
  severity: "error",
  subject: "definition",
  summary: "A link of a domain refers to a transformation, an input or an output that does not exist.",
  explanation:
    "`output_from` and `input_to` refer to transformations of the same domain; `index` counts their outputs or inputs from 0.",
  bad: domainExample({ from: "imgae" }),
  good: domainExample({ from: "image" }),
  *check({ bound }) {
    for (const domain of bound.domains) {
      for (const link of domain.links) {
        if (link.target.kind === "undefined") yield undefinedName(domain, link);
        else if (link.target.kind === "no-port") yield missingPort(link, link.target);
      }
    }
  },
};

function undefinedName({ transformations }: BoundDomain, { leaf }: BoundLink): Finding {
  const name = leaf.node.text;
  const near = nearest(name, transformations);
  const [only] = near;
  const span = spanOf(leaf.node);
  return {
    message: `The domain has no transformation named ${quote(name)}.`,
    hint: suggest(name, transformations, "transformation", near),
    span,
    path: printKeyPath(leaf.path),
    ...(only !== undefined && near.length === 1
      ? { fixes: [{ title: `Replace with ${quote(only)}`, safe: true, edits: [{ span, newText: only }] }] }
      : {}),
  };
}

function missingPort(
  { saidBy, leaf, index }: BoundLink,
  { name, count }: { readonly name: string; readonly count: number },
): Finding {
  const what = saidBy === "output_from" ? "output" : "input";
  const place = (count === 0 ? undefined : index) ?? leaf;
  const range =
    count === 0
      ? `it has no ${what}s`
      : count === 1
        ? `its only ${what} is number 0`
        : `its ${what}s are numbered from 0 to ${count - 1}`;
  const other = count === 1 ? "write `index: 0`" : count === 0 ? "use another transformation" : "use another index";
  return {
    message: `${quote(name)} has no ${what} ${index?.node.text ?? "0"}: ${range}.`,
    hint: `Add the ${what} to ${quote(name)}, or ${other}.`,
    span: spanOf(place.node),
    path: printKeyPath(place.path),
  };
}

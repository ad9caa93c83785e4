import type { Finding } from "../../base/diagnostic.ts";
import { quote } from "../../base/quote.ts";
import type { BoundDomain, BoundLink, Port } from "../../bind/domain.ts";
import { nodeId } from "../../bind/model-graph.ts";
import { printKeyPath, spanOf } from "../../parse/tree.ts";
import { domainExample } from "../examples/domain-example.ts";
import type { Rule } from "../rule.ts";

export const contradictingLink: Rule = {
  code: "contradicting-link",
  severity: "error",
  subject: "definition",
  summary: "The two ends of a connection in a domain do not agree.",
  explanation:
    "A connection is written at both ends: `input_to` at the output, `output_from` at the input. The platform follows `output_from`.",
  bad: domainExample({
    more: `      - name: rain
        operator: Rain
        inputs:
          - type: Image
            output_from: { transformation: fog, index: 0 }
        outputs:
          - type: Image
            input_to: [{ transformation: evaluate, index: 0 }]
`,
  }).replace("[{ transformation: evaluate, index: 0 }]", "[{ transformation: rain, index: 0 }]"),
  good: domainExample({}),
  *check({ bound }) {
    const cyclic = new Set(bound.graph.cycles.flatMap(({ nodes }) => nodes.map(({ id }) => id)));
    for (const domain of bound.domains) {
      if (!domain.isIncomplete) yield* contradictions(domain, cyclic);
    }
  },
};

/**
 * Claims without their other half, in groups that share an end: such a group is one mistake. A connection that only the
 * input knows is one, if its output is said to lead elsewhere; a connection that only the output knows is not followed.
 */
function* contradictions({ key, links }: BoundDomain, cyclic: ReadonlySet<string>): Generator<Finding> {
  const said = new Set(links.map((link) => `${link.saidBy} ${connection(link)}`));
  const other = { output_from: "input_to", input_to: "output_from" } as const;
  const alone = links.filter((link) => !said.has(`${other[link.saidBy]} ${connection(link)}`));
  const isCyclic = ({ from, to }: BoundLink) =>
    [from, to].some(({ transformation }) => cyclic.has(nodeId(key, "transformation", transformation)));
  const context: Context = {
    listed: new Map(links.flatMap((link) => (link.saidBy === "input_to" ? [[portKey(link.from), link]] : []))),
    taken: new Map(links.flatMap((link) => (link.saidBy === "output_from" ? [[portKey(link.to), link]] : []))),
  };
  for (const group of groupsOf(alone)) {
    const [first] = [...group].sort(byImportance);
    // What goes in a circle has one link too many; which one, the cycle shows.
    if (first === undefined || group.some(isCyclic)) continue;
    if (group.length > 1) yield disagreement(first, group);
    else if (first.saidBy === "input_to") yield halfLink(first, context.taken.get(portKey(first.to)));
    else yield* unlisted(first, context.listed.get(portKey(first.from)));
  }
}

/** What every input and every output says of itself. */
interface Context {
  readonly listed: ReadonlyMap<string, BoundLink>;
  readonly taken: ReadonlyMap<string, BoundLink>;
}

/** The platform reads `output_from`, so that is named first; else in the order of the text. */
function byImportance(a: BoundLink, b: BoundLink): number {
  return Number(a.saidBy === "input_to") - Number(b.saidBy === "input_to") || a.leaf.node.start - b.leaf.node.start;
}

function connection({ from, to }: BoundLink): string {
  return `${portKey(from)} ${portKey(to)}`;
}

function portKey({ transformation, index }: Port): string {
  return `${index} ${JSON.stringify(transformation)}`;
}

function groupsOf(links: readonly BoundLink[]): readonly (readonly BoundLink[])[] {
  const byEnd = new Map<string, BoundLink[]>();
  for (const link of links) {
    for (const end of [`from ${portKey(link.from)}`, `to ${portKey(link.to)}`]) {
      const others = byEnd.get(end);
      if (others === undefined) byEnd.set(end, [link]);
      else others.push(link);
    }
  }
  const seen = new Set<BoundLink>();
  const groups: BoundLink[][] = [];
  for (const link of links) {
    if (seen.has(link)) continue;
    const group = [link];
    seen.add(link);
    for (const member of group) {
      for (const end of [`from ${portKey(member.from)}`, `to ${portKey(member.to)}`]) {
        for (const next of byEnd.get(end) ?? []) {
          if (!seen.has(next)) group.push(next);
          seen.add(next);
        }
        byEnd.delete(end);
      }
    }
    groups.push(group);
  }
  return groups;
}

function disagreement(first: BoundLink, group: readonly BoundLink[]): Finding {
  const others = group.filter((link) => link !== first);
  return {
    ...at(first, `${sentence(first)}, but another link says otherwise.`),
    hint: hintForLinks(first, others),
    related: others
      .slice(0, MOST_SHOWN)
      .map((link) => ({ message: `${sentence(link)}.`, span: spanOf(link.leaf.node) })),
  };
}

const MOST_SHOWN = 10;

/** What to write at which of the two, if the other one is right. */
function hintForLinks(first: BoundLink, others: readonly BoundLink[]): string {
  const rival = others.find(({ to }) => portKey(to) === portKey(first.to));
  if (rival !== undefined && rival.saidBy !== first.saidBy)
    return `If the other one is right, write \`${end(rival.from)}\` here.`;
  if (first.saidBy === "output_from") return `If this one is right, write \`${end(first.to)}\` there.`;
  return "An input takes one output; remove one of the two.";
}

function* unlisted(link: BoundLink, listed: BoundLink | undefined): Generator<Finding> {
  if (listed === undefined) return;
  yield {
    ...at(link, `${sentence(link)}, but that output does not lead here.`),
    hint: `Add \`${end(link.to)}\` to its \`input_to\`.`,
    related: [{ message: "It leads here.", span: spanOf(listed.leaf.node) }],
  };
}

function halfLink(link: BoundLink, taken: BoundLink | undefined): Finding {
  if (taken !== undefined) {
    return {
      ...at(link, `${sentence(link)}, which takes another output already.`),
      hint: "An input takes one output; remove one of the two.",
      related: [{ message: `${sentence(taken)}.`, span: spanOf(taken.leaf.node) }],
    };
  }
  return {
    ...at(link, `${sentence(link)}, but that input does not say where it comes from.`),
    hint: `Add \`output_from: ${end(link.from)}\` to that input.`,
  };
}

function at({ leaf }: BoundLink, message: string): Finding {
  return { message, span: spanOf(leaf.node), path: printKeyPath(leaf.path) };
}

function sentence({ saidBy, from, to }: BoundLink): string {
  const output = `output ${from.index} of ${quote(from.transformation)}`;
  const input = `input ${to.index} of ${quote(to.transformation)}`;
  return saidBy === "output_from" ? `I${input.slice(1)} comes from ${output}` : `O${output.slice(1)} goes to ${input}`;
}

/** What to paste at the other end. */
function end({ transformation, index }: Port): string {
  const name = /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(transformation) ? transformation : JSON.stringify(transformation);
  return `{ transformation: ${name}, index: ${index} }`;
}

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
  summary: "The two ends of a link in a domain contradict each other.",
  explanation:
    "A link is written at both ends: `input_to` at the output, and `output_from` at the input. The platform uses `output_from`.",
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
 * Links that are written at one end only, in groups that share an end: each group is one mistake. A link that is written only
 * at the input is a mistake if the output lists other inputs; a link that is written only at the output is not used.
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
    // A cycle is reported by its own rule, which shows all of its links.
    if (first === undefined || group.some(isCyclic)) continue;
    if (group.length > 1) yield disagreement(first, group);
    else if (first.saidBy === "input_to") yield halfLink(first, context.taken.get(portKey(first.to)));
    else yield* unlisted(first, context.listed.get(portKey(first.from)));
  }
}

/** The links as they are written at the outputs (`listed`) and at the inputs (`taken`). */
interface Context {
  readonly listed: ReadonlyMap<string, BoundLink>;
  readonly taken: ReadonlyMap<string, BoundLink>;
}

/** The platform uses `output_from`, so it comes first; otherwise in the order of the text. */
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
    ...at(first, `${capital(claim(first))}, but another link contradicts this.`),
    hint: hintForLinks(first, others),
    related: others.slice(0, MOST_SHOWN).map((link) => ({ message: claim(link), span: spanOf(link.leaf.node) })),
  };
}

const MOST_SHOWN = 10;

/** What to write at one end if the other end is correct. */
function hintForLinks(first: BoundLink, others: readonly BoundLink[]): string {
  const rival = others.find(({ to }) => portKey(to) === portKey(first.to));
  if (rival !== undefined && rival.saidBy !== first.saidBy)
    return `Write \`${end(rival.from)}\` here if the other link is correct.`;
  if (first.saidBy === "output_from") return `Write \`${end(first.to)}\` at the other end if this link is correct.`;
  return ONE_OUTPUT;
}

const ONE_OUTPUT = "Remove one of the two links: an input takes one output.";

function* unlisted(link: BoundLink, listed: BoundLink | undefined): Generator<Finding> {
  if (listed === undefined) return;
  yield {
    ...at(link, `${capital(claim(link))}, but that output does not list it in \`input_to\`.`),
    hint: `Add \`${end(link.to)}\` to the \`input_to\` of the output.`,
    related: [{ message: "listed here", span: spanOf(listed.leaf.node) }],
  };
}

function halfLink(link: BoundLink, taken: BoundLink | undefined): Finding {
  if (taken !== undefined) {
    return {
      ...at(link, `${capital(claim(link))}, which already takes another output.`),
      hint: ONE_OUTPUT,
      related: [{ message: claim(taken), span: spanOf(taken.leaf.node) }],
    };
  }
  return {
    ...at(link, `${capital(claim(link))}, but that input has no \`output_from\`.`),
    hint: `Add \`output_from: ${end(link.from)}\` to that input.`,
  };
}

function at({ leaf }: BoundLink, message: string): Finding {
  return { message, span: spanOf(leaf.node), path: printKeyPath(leaf.path) };
}

/** What a link says, as it is written at one of its ends. */
function claim({ saidBy, from, to }: BoundLink): string {
  const output = `output ${from.index} of ${quote(from.transformation)}`;
  const input = `input ${to.index} of ${quote(to.transformation)}`;
  return saidBy === "output_from" ? `${input} comes from ${output}` : `${output} goes to ${input}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What to paste at the other end. */
function end({ transformation, index }: Port): string {
  const name = /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(transformation) ? transformation : JSON.stringify(transformation);
  return `{ transformation: ${name}, index: ${index} }`;
}

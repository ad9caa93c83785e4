import type { Finding } from "../../base/diagnostic.ts";
import { nearest } from "../../base/nearest.ts";
import { quote } from "../../base/quote.ts";
import type { BoundDomain, BoundTransformation } from "../../bind/domain.ts";
import { entryOf, printKeyPath, spanOf } from "../../parse/tree.ts";
import { domainExample } from "../examples/domain-example.ts";
import type { Rule } from "../rule.ts";

const FIRST = "ChooseImage";
const LAST = "EvaluateSample";

export const domainEnds: Rule = {
  code: "domain-ends",
  severity: "error",
  subject: "definition",
  summary: "A domain does not lead from `ChooseImage` to `EvaluateSample`.",
  explanation:
    "The platform starts at the one transformation without outputs, which must be an `EvaluateSample`, and follows the links back to the transformations without inputs, each of which must be a `ChooseImage`.",
  bad: domainExample({ last: "Blur" }),
  good: domainExample({ last: LAST }),
  *check({ bound }) {
    const inCycles = new Set(bound.graph.cycles.flatMap(({ nodes }) => nodes.map(({ model }) => model)));
    for (const domain of bound.domains) {
      if (!domain.isIncomplete) yield* checkDomain(domain, inCycles.has(domain.key));
    }
  },
};

function* checkDomain(domain: BoundDomain, isCyclic: boolean): Generator<Finding> {
  const { transformations } = domain;
  if (transformations.size === 0) {
    const message = `The domain has no transformations; it needs at least ${quote(FIRST)} and ${quote(LAST)}.`;
    yield whole(domain, message, "Add them, or remove the domain.");
    return;
  }
  const all = [...transformations.values()];
  const isolated = new Set(all.filter(({ inputs, outputs }) => inputs === 0 && outputs === 0));
  for (const each of isolated) {
    const message = `${quote(each.name)} has neither inputs nor outputs, so no image reaches it.`;
    yield at(each, message, "Link it with `output_from` and `input_to`, or remove it.");
  }
  const linked = all.filter((each) => !isolated.has(each));
  const isWhole = !isCyclic && isolated.size === 0 && linked.every(({ operator }) => operator !== undefined);
  yield* checkBeginning(linked, domain, isWhole);
  yield* checkEnd(linked, domain, isWhole);
}

function* checkBeginning(
  all: readonly BoundTransformation[],
  domain: BoundDomain,
  isWhole: boolean,
): Generator<Finding> {
  const first = all.filter(({ inputs }) => inputs === 0);
  for (const each of first) {
    if (each.operator === undefined || each.operator.text === FIRST) continue;
    const message = `${quote(each.name)} has no inputs, but only a ${quote(FIRST)} can start a domain.`;
    yield atOperator(each, message, FIRST, "Add `inputs:` with `output_from`");
  }
  if (isWhole && first.length === 0 && !all.some(({ operator }) => operator?.text === FIRST)) {
    const message = `The domain has no start: none of its transformations is a ${quote(FIRST)}.`;
    yield whole(domain, message, `Add a transformation with \`operator: ${FIRST}\`.`);
  }
}

function* checkEnd(all: readonly BoundTransformation[], domain: BoundDomain, isWhole: boolean): Generator<Finding> {
  const ends = all.filter(({ outputs }) => outputs === 0);
  const last = ends.find(({ operator }) => operator?.text === LAST);
  for (const each of ends) {
    if (each === last || each.operator === undefined) continue;
    if (last !== undefined) {
      const message = `${quote(each.name)} has no outputs, but the domain already ends with ${quote(last.name)}.`;
      const related = [{ message: "end of the domain", span: spanOf(last.leaf.node) }];
      yield { ...at(each, message, "Add `outputs:` with `input_to`, or remove it."), related };
    } else {
      const message = `${quote(each.name)} has no outputs, but only an ${quote(LAST)} can end a domain.`;
      yield atOperator(each, message, LAST, "Add `outputs:` with `input_to`");
    }
  }
  if (!isWhole || ends.length > 0) return;
  const open = all.find(({ operator }) => operator?.text === LAST);
  if (open !== undefined) {
    yield at(open, `${quote(open.name)} has outputs, but an ${quote(LAST)} ends the domain.`, "Remove its `outputs`.");
  } else {
    const message = `The domain has no end: none of its transformations is an ${quote(LAST)}.`;
    yield whole(domain, message, `Add a transformation with \`operator: ${LAST}\` and no outputs.`);
  }
}

function at({ leaf }: BoundTransformation, message: string, hint: string): Finding {
  return { message, hint, span: spanOf(leaf.node), path: printKeyPath(leaf.path) };
}

function atOperator({ operator, leaf }: BoundTransformation, message: string, wanted: string, other: string): Finding {
  const place = operator?.leaf ?? leaf;
  const span = spanOf(place.node);
  const at = { message, span, path: printKeyPath(place.path) };
  if (nearest(operator?.text ?? "", [wanted]).length === 0)
    return { ...at, hint: `${other}, or write \`operator: ${wanted}\`.` };
  const fixes = [{ title: `Replace with ${quote(wanted)}`, safe: true, edits: [{ span, newText: wanted }] }];
  return { ...at, hint: `Did you mean ${quote(wanted)}?`, fixes };
}

/** A finding about all transformations together. */
function whole({ section, list }: BoundDomain, message: string, hint: string): Finding {
  const place = entryOf(section.node, "transformations")?.key ?? list.node;
  return { message, hint, span: spanOf(place), path: printKeyPath(list.path) };
}

// Takes the text of a definition file, gives a typed tree with the exact place of everything.
// Promises: always a result, with holes where the text is broken; every problem of the file in one pass; never throws.
// The problems are facts: the rules of `check` put them into words.
import { definition } from "../../grammar/definition.ts";
import { isFreeKey } from "../../grammar/keys.ts";
import { concealedSource } from "../base/conceal.ts";
import type { Elsewhere } from "../base/root.ts";
import type { Source, Span } from "../base/source.ts";
import type { ComposedTree } from "./compose.ts";
import { type Exposure, findExposures } from "./exposed.ts";
import type { Problem } from "./problem.ts";
import { readTree } from "./read-tree.ts";
import { shape } from "./shape.ts";
import type { Shaped } from "./shaped.ts";
import type { Path, ScalarNode, YamlNode } from "./tree.ts";

/** A scalar with expressions, and where it stands. */
export interface TemplateScalar {
  readonly scalar: ScalarNode;
  readonly path: Path | undefined;
}

/** One definition file, read. */
export interface ParsedDefinition {
  readonly source: Source;
  readonly root: Shaped<typeof definition> | undefined;
  /** Every scalar that holds expressions, in the order of the text. */
  readonly templates: readonly TemplateScalar[];
  readonly problems: readonly Problem[];
  /** Secrets that are written into the file. */
  readonly exposures: readonly Exposure[];
  /** The text as it may be shown: the source itself, or the same with its secrets starred out. */
  readonly shown: Source;
  /** The comments that speak to Modelwright, in the order of the text. */
  readonly comments: readonly Span[];
}

/** Reads a definition file. */
export function parse(source: Source): ParsedDefinition {
  const composed = readTree(source, countMisfits);
  const problems: Problem[] = [...composed.problems];
  const exposures = findExposures(source, composed.root);
  const shown = concealedSource(
    source,
    exposures.map(({ span }) => span),
  );
  const { comments } = composed;
  if (composed.root === undefined)
    return { source, root: undefined, templates: [], problems, exposures, shown, comments };
  const texts = composed.problems.filter(isTextBeforeBlock);
  const root = shape(definition, composed.root, (problem) => {
    if (!comesFromText(texts, problem)) problems.push(problem);
  });
  const templates: TemplateScalar[] = [];
  collectTemplates(composed.root, undefined, templates, new Set());
  for (const { scalar, path } of templates) {
    for (const problem of scalar.template?.problems ?? []) {
      problems.push({ kind: "expression-syntax", scalar, path, problem });
    }
  }
  return { source, root, templates, problems, exposures, shown, comments };
}

/** A definition that is not read, because links lead from its path to somewhere else. */
export function linkedDefinition(path: string, leadsTo: Elsewhere): ParsedDefinition {
  const source = { path, text: "" };
  const problem: Problem = { kind: "link", span: { source, start: 0, end: 0 }, leadsTo };
  return { source, root: undefined, templates: [], problems: [problem], exposures: [], shown: source, comments: [] };
}

/** Whether a block is of the wrong type only because the text before it was taken out: that is one mistake. */
function comesFromText(texts: readonly SyntaxProblem[], problem: Problem): boolean {
  if (problem.kind !== "wrong-type") return false;
  const { source, end } = problem.span;
  return texts.some(({ span }) => span.start >= end && /^:[ \t]*$/.test(source.text.slice(end, span.start)));
}

type SyntaxProblem = Extract<Problem, { readonly kind: "yaml-syntax" }>;

/** There are few of them: one for each round of mending at most. */
function isTextBeforeBlock(problem: Problem): problem is SyntaxProblem {
  return problem.kind === "yaml-syntax" && problem.code === "TEXT_BEFORE_BLOCK";
}

/** How many things in a tree do not fit the shape: of several ways to mend a text, the one with the fewest is right. */
function countMisfits({ root, problems }: Pick<ComposedTree, "root" | "problems">): number {
  let count = problems.length;
  // That nothing in it is a definition says nothing about how a text is meant.
  if (root !== undefined) shape(definition, root, ({ kind }) => (count += kind === "no-section" ? 0 : 1));
  return count;
}

/** Each scalar once, however often it is aliased; keys that begin with `x-` only where they are used. */
function collectTemplates(node: YamlNode, path: Path | undefined, found: TemplateScalar[], seen: Set<YamlNode>): void {
  if ((node.kind === "scalar" && node.template === undefined) || seen.has(node)) return;
  seen.add(node);
  if (node.kind === "scalar") found.push({ scalar: node, path });
  else if (node.kind === "list") {
    node.items.forEach((item, i) => {
      collectTemplates(item, { parent: path, key: i }, found, seen);
    });
  } else if (node.kind === "map") {
    for (const { key, value } of node.entries) {
      if (path === undefined && isFreeKey(key.text)) continue;
      collectTemplates(value, { parent: path, key: key.text }, found, seen);
    }
  }
}

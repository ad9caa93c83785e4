// Parses the text of a definition file into a typed tree with exact source positions. Guarantees: always returns a
// result, with holes where the text is broken; reports all problems in one pass; never throws. Problems are facts; the
// rules in `check` put them into words.
import { definition } from "../../grammar/definition.ts";
import { isFreeKey } from "../../grammar/keys.ts";
import type { Shape } from "../../grammar/shape.ts";
import { concealedSource } from "../base/conceal.ts";
import type { LinkEscape } from "../base/root.ts";
import type { Source, Span } from "../base/source.ts";
import type { ComposedTree, Judge } from "./compose.ts";
import { type Exposure, findExposures } from "./exposed.ts";
import type { Problem } from "./problem.ts";
import { readTree, type TreeMemory } from "./read-tree.ts";
import { shape, shapeItem } from "./shape.ts";
import type { Shaped } from "./shaped.ts";
import type { Path, ScalarNode, YamlNode } from "./tree.ts";

/** A scalar with expressions, and its path. */
export interface TemplateScalar {
  readonly scalar: ScalarNode;
  readonly path: Path | undefined;
}

/** A parsed definition file. */
export interface ParsedDefinition {
  readonly source: Source;
  readonly root: Shaped<typeof definition> | undefined;
  /** All scalars with expressions, in text order. */
  readonly templates: readonly TemplateScalar[];
  readonly problems: readonly Problem[];
  /** Secrets in the text of the file. */
  readonly exposures: readonly Exposure[];
  /** The source to display: the original, or a copy with its secrets masked. */
  readonly shown: Source;
  /** The comments that are addressed to Modelwright, in text order. */
  readonly comments: readonly Span[];
}

/**
 * Parses a definition file. Never throws. With a memory, items that were in an earlier text of the file are not read again;
 * the result is the same.
 */
export function parse(source: Source, memory?: TreeMemory): ParsedDefinition {
  const composed = readTree(source, JUDGE, memory);
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

/** The result for a definition that is not read, because symbolic links lead out of its folder. */
export function linkedDefinition(path: string, leadsTo: LinkEscape): ParsedDefinition {
  const source = { path, text: "" };
  const problem: Problem = { kind: "link", span: { source, start: 0, end: 0 }, leadsTo };
  return { source, root: undefined, templates: [], problems: [problem], exposures: [], shown: source, comments: [] };
}

/** Whether a block has the wrong type only because the text before it was blanked out, which is already reported. */
function comesFromText(texts: readonly SyntaxProblem[], problem: Problem): boolean {
  if (problem.kind !== "wrong-type") return false;
  const { source, end } = problem.span;
  return texts.some(({ span }) => span.start >= end && /^:[ \t]*$/.test(source.text.slice(end, span.start)));
}

type SyntaxProblem = Extract<Problem, { readonly kind: "yaml-syntax" }>;

/** There are few of these: at most one per round of repairs. */
function isTextBeforeBlock(problem: Problem): problem is SyntaxProblem {
  return problem.kind === "yaml-syntax" && problem.code === "TEXT_BEFORE_BLOCK";
}

/** The number of mismatches with the shape. Of several repairs, the one with the fewest mismatches is correct. */
function countProblems({ root, problems }: Pick<ComposedTree, "root" | "problems">): number {
  let count = problems.length;
  // A missing section says nothing about which repair is better.
  if (root !== undefined) shape(definition, root, ({ kind }) => (count += kind === "no-section" ? 0 : 1));
  return count;
}

/** Whether an item fits the list with this key. It has no unknown key, so no key belongs in another map. */
function isFlawless(list: string, item: YamlNode): boolean {
  const field: Shape | undefined = Object.hasOwn(definition.fields, list)
    ? definition.fields[list as keyof typeof definition.fields]
    : undefined;
  const schema = field?.kind === "optional" ? field.inner : field;
  let isFine = schema?.kind === "list";
  if (schema?.kind === "list") shapeItem(schema, list, item, () => (isFine = false));
  return isFine;
}

/** The best of several repairs is the one whose tree has the fewest problems. */
export const JUDGE: Judge = { countProblems, isFlawless };

/**
 * Collects each scalar once, even if aliases repeat it. Keys that start with `x-` are only visited where they are used.
 */
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

import type { ParsedDefinition } from "../parse/parse.ts";
import type { Leaf, ShapedList, ShapedMap } from "../parse/shaped.ts";
import type { Path, ScalarNode } from "../parse/tree.ts";
import type { GraphEdge, GraphNode, GraphPart } from "./graph.ts";
import { nodeId } from "./model-graph.ts";
import { plainText } from "./value.ts";

/** One entry of `domains` that is not in a file of its own: its transformations and their links. */
export interface BoundDomain {
  /** The prefix of the ids of its nodes, unique in the graph. */
  readonly key: string;
  /** Its name as spelled; `undefined` if it has no readable name. */
  readonly name: { readonly text: string; readonly leaf: Leaf<ScalarNode> } | undefined;
  readonly section: ShapedMap<unknown>;
  readonly list: ShapedList<unknown>;
  /** By name, in the order of the text. Of several transformations with one name, the first is kept. */
  readonly transformations: ReadonlyMap<string, BoundTransformation>;
  /** In the order of the text. */
  readonly links: readonly BoundLink[];
  /** Whether a part of it is unreadable or unknown. A missing transformation or link is then not reported. */
  readonly isIncomplete: boolean;
}

export interface BoundTransformation {
  readonly name: string;
  readonly leaf: Leaf<ScalarNode>;
  /** The name of its class, if it is known. */
  readonly operator: { readonly text: string; readonly leaf: Leaf<ScalarNode> } | undefined;
  readonly inputs: number;
  readonly outputs: number;
}

/** An input or an output of a transformation, counted from 0. */
export interface Port {
  readonly transformation: string;
  readonly index: number;
}

/** One half of a connection: `output_from` declares it at the input, `input_to` at the output. */
export interface BoundLink {
  readonly saidBy: "output_from" | "input_to";
  readonly from: Port;
  readonly to: Port;
  /** The name of the transformation at the other end. */
  readonly leaf: Leaf<ScalarNode>;
  readonly index: Leaf<ScalarNode> | undefined;
  readonly target: LinkTarget;
}

/** The target of a link. */
export type LinkTarget =
  | { readonly kind: "linked" }
  | { readonly kind: "undefined" }
  /** The transformation exists, but has only `count` inputs or outputs. */
  | { readonly kind: "no-port"; readonly name: string; readonly count: number }
  | { readonly kind: "unknown" };

type DomainEntry = NonNullable<
  NonNullable<NonNullable<ParsedDefinition["root"]>["fields"]["domains"]>["items"][number]
>;
type Inline = Exclude<DomainEntry, ShapedMap<{ readonly file: unknown }>>;
type Transformation = NonNullable<NonNullable<Inline["fields"]["transformations"]>["items"][number]>;
type LinkEnd = ShapedMap<{
  readonly transformation: Leaf<ScalarNode> | undefined;
  readonly index: Leaf<ScalarNode> | undefined;
}>;

/** Links the transformations of all domains in a file; `f` is the index of the file. */
export function bindDomains(definition: ParsedDefinition, f: number): readonly BoundDomain[] {
  const broken = brokenDomains(definition);
  const repaired = repairedDomains(definition);
  return (definition.root?.fields.domains?.items ?? []).flatMap((entry, i) => {
    if (entry === undefined || "file" in entry.fields) return [];
    const { transformations } = entry.fields;
    const damage = repaired.has(entry.node.start) ? "structure" : broken.get(i);
    if (transformations === undefined) return [];
    const { name: leaf } = entry.fields;
    const name = leaf && { text: leaf.node.text, leaf };
    return [bindDomain(`d${f}.${i}`, name, entry, transformations, damage)];
  });
}

function bindDomain(
  key: string,
  name: BoundDomain["name"],
  section: ShapedMap<unknown>,
  list: NonNullable<Inline["fields"]["transformations"]>,
  damage: Damage | undefined,
): BoundDomain {
  const known = new Map<string, BoundTransformation>();
  let isIncomplete = damage !== undefined || list.node.incomplete;
  const items = list.items.flatMap((item) => {
    const name = item?.fields.name && plainText(item.fields.name.node);
    if (item?.fields.name === undefined || name === undefined || known.has(name)) {
      isIncomplete = true;
      return [];
    }
    known.set(name, transformationOf(item, name, item.fields.name));
    return [{ item, name }];
  });
  const areNamesKnown = items.length === list.items.length && !list.node.incomplete;
  const links = items.flatMap(({ item, name }) => linksOf(item, name, { known, areNamesKnown, damage }));
  if (links.some(({ target }) => target.kind !== "linked")) isIncomplete = true;
  return { key, name, section, list, transformations: known, links, isIncomplete };
}

function transformationOf({ fields }: Transformation, name: string, leaf: Leaf<ScalarNode>): BoundTransformation {
  const text = fields.operator && plainText(fields.operator.node);
  return {
    name,
    leaf,
    operator: fields.operator && text !== undefined ? { text, leaf: fields.operator } : undefined,
    inputs: fields.inputs?.items.length ?? 0,
    outputs: fields.outputs?.items.length ?? 0,
  };
}

function linksOf({ fields }: Transformation, name: string, context: LinkContext): readonly BoundLink[] {
  const links: BoundLink[] = [];
  const add = (saidBy: BoundLink["saidBy"], own: Port, end: LinkEnd | undefined): void => {
    const leaf = end?.fields.transformation;
    if (end === undefined || leaf === undefined) return;
    const other = { transformation: plainText(leaf.node) ?? "", index: indexOf(end) ?? 0 };
    const target = targetOf(saidBy, end, context);
    const [from, to] = saidBy === "output_from" ? [other, own] : [own, other];
    links.push({ saidBy, from, to, leaf, index: end.fields.index, target });
  };
  for (const [index, input] of (fields.inputs?.items ?? []).entries()) {
    add("output_from", { transformation: name, index }, input?.fields.output_from);
  }
  for (const [index, output] of (fields.outputs?.items ?? []).entries()) {
    for (const end of output?.fields.input_to?.items ?? []) add("input_to", { transformation: name, index }, end);
  }
  return links;
}

/** What is known about the transformations of a domain. */
interface LinkContext {
  readonly known: ReadonlyMap<string, BoundTransformation>;
  readonly areNamesKnown: boolean;
  readonly damage: Damage | undefined;
}

function targetOf(
  saidBy: BoundLink["saidBy"],
  end: LinkEnd,
  { known, areNamesKnown, damage }: LinkContext,
): LinkTarget {
  const name = end.fields.transformation && plainText(end.fields.transformation.node);
  if (name === undefined || damage === "structure") return { kind: "unknown" };
  const other = known.get(name);
  if (other === undefined) return { kind: areNamesKnown ? "undefined" : "unknown" };
  const count = saidBy === "output_from" ? other.outputs : other.inputs;
  const index = indexOf(end);
  if (index === undefined) return { kind: "unknown" };
  if (index < count) return { kind: "linked" };
  // The inputs or outputs of a damaged domain may be unreadable and then count as 0.
  return damage === undefined ? { kind: "no-port", name, count } : { kind: "unknown" };
}

/** The index of a link end: 0 by default, `undefined` if it cannot be read. */
function indexOf({ fields: { index }, written }: LinkEnd): number | undefined {
  if (index === undefined) return written.has("index") ? undefined : 0;
  return typeof index.node.value === "number" ? index.node.value : undefined;
}

/** `content`: a value is invalid. `structure`: values may belong to other keys than the ones they are at. */
type Damage = "content" | "structure";

/** The damage in the parts of each domain that the graph is made of, by index. Its name is not one of them. */
function brokenDomains({ problems }: ParsedDefinition): ReadonlyMap<number, Damage> {
  const broken = new Map<number, Damage>();
  for (const problem of problems) {
    const [section, index, ...inside] = "path" in problem ? keysOf(problem.path) : [];
    if (section !== "domains" || typeof index !== "number" || inside.length === 0) continue;
    const isMoved = problem.kind === "unknown-key" && problem.belongsIn !== undefined;
    if (problem.kind === "duplicate-key" || isMoved) broken.set(index, "structure");
    // An unknown key may be a misplaced key that the domain needs.
    const isElsewhere =
      (problem.kind !== "unknown-key" && ["axes", "position"].some((key) => inside.includes(key))) ||
      inside[0] === "name";
    if (!isElsewhere && !broken.has(index)) broken.set(index, "content");
  }
  return broken;
}

/**
 * The offsets of the domains with a repaired syntax error. The text up to the next entry or section may belong to the
 * domain.
 */
function repairedDomains({ root, problems }: ParsedDefinition): ReadonlySet<number> {
  const found = new Set<number>();
  for (const problem of problems) {
    if (problem.kind !== "yaml-syntax" && problem.kind !== "tab-indentation") continue;
    const { start } = problem.span;
    const entry = root?.fields.domains?.items.findLast((each) => each !== undefined && each.node.start <= start);
    if (entry === undefined) continue;
    const from = entry.node.start;
    if (!root?.node.entries.some(({ key }) => key.start > from && key.start <= start)) found.add(from);
  }
  return found;
}

function keysOf(path: Path | undefined): readonly (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at = path; at !== undefined; at = at.parent) keys.push(at.key);
  return keys.reverse();
}

/** The transformations of a domain as nodes and their links as edges. */
export function domainPart({ key, transformations, links }: BoundDomain): GraphPart {
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  for (const { name, leaf } of transformations.values()) {
    const { source, start, end } = leaf.node;
    const id = nodeId(key, "transformation", name);
    const label = `transformation ${name}`;
    nodes.push({ id, kind: "transformation", model: key, label, span: { source, start, end } });
  }
  for (const saidBy of ["output_from", "input_to"] as const) {
    for (const { from, to, leaf, ...link } of links) {
      if (link.saidBy !== saidBy || link.target.kind !== "linked") continue;
      const [a, b] = [from, to].map(({ transformation }) => nodeId(key, "transformation", transformation));
      edges.push({ from: a ?? "", to: b ?? "", reference: undefined, link: leaf });
    }
  }
  return { nodes, edges, environment: new Set() };
}

// Matches a YAML tree against the shape of the definition. What fits becomes a typed tree; what does not becomes a
// problem and a hole.
import { expression } from "../../grammar/definition.ts";
import {
  type BooleanShape,
  type ChoiceShape,
  fits,
  type ListShape,
  type MapShape,
  type Shape,
} from "../../grammar/shape.ts";
import { nearest } from "../base/nearest.ts";
import { remember } from "../base/remember.ts";
import type { Span } from "../base/source.ts";
import { couldHold, isMergeTypo } from "./could-hold.ts";
import { type ClosedMap, firstKeyOf, type Moves, mapsAtEnd, moveToIntendedMap, type OpenMap } from "./displaced.ts";
import { isBrokenExpression, withoutLineBreak } from "./line-break.ts";
import { describe, expectation, spanOfMisfit } from "./misfit.ts";
import { onlyReading, otherReading } from "./other-spelling.ts";
import type { Problem } from "./problem.ts";
import { branchFor, isRequired, keysOfFormat, lengthOf, requiredKeys } from "./schema.ts";
import type { Shaped } from "./shaped.ts";
import { type MapEntry, type Path, type ScalarNode, spanOf, type YamlNode } from "./tree.ts";

/** Matches `node` against `schema`. Calls `report` with each mismatch. */
export function shape<S extends Shape>(
  schema: S,
  node: YamlNode,
  report: (problem: Problem) => void,
): Shaped<S> | undefined {
  const context: Context = { report, moves: { into: new Map(), keys: new Set() }, outer: undefined, isMoved: false };
  return walk(context, schema, node, undefined, "the file", undefined) as Shaped<S> | undefined;
}

/** Matches one item of the list with this key against its schema, without the text around the list. */
export function shapeItem(schema: ListShape, list: string, item: YamlNode, report: (problem: Problem) => void): void {
  const context: Context = { report, moves: { into: new Map(), keys: new Set() }, outer: undefined, isMoved: false };
  const path: Path = { parent: { parent: undefined, key: list }, key: 0 };
  walk(context, schema.item, item, path, `an item of \`${list}\``, undefined);
}

interface Context {
  readonly report: (problem: Problem) => void;
  readonly moves: Moves;
  /** The enclosing map. */
  readonly outer: OpenMap | undefined;
  readonly isMoved: boolean;
}

function walk(
  context: Context,
  schema: Shape,
  node: YamlNode,
  path: Path | undefined,
  name: string,
  keySpan: Span | undefined,
): unknown {
  if (node.kind === "hole") return undefined;
  if (schema.kind === "optional") return walk(context, schema.inner, node, path, name, keySpan);
  if (schema.kind === "any") {
    // Text may have several lines, but a single expression is meant to keep its type.
    const isMeantAlone = node.kind === "scalar" && isBrokenExpression(node);
    return { node: isMeantAlone ? withoutLineBreak(node, path, context.report) : node, path };
  }
  if (schema.kind === "map") return walkMap(context, schema, node, path, name, keySpan);
  if (schema.kind === "list") return walkList(context, schema, node, path, name, keySpan);
  const isLeaf = node.kind === "scalar" && !(schema.kind === "text" && schema.lines === true);
  const leaf = isLeaf ? withoutLineBreak(node, path, context.report) : node;
  if (leaf === undefined) return undefined;
  if (schema.kind === "choice") return walkUnion(context, schema, leaf, path, name, keySpan);
  const read = leaf.kind === "scalar" ? withOtherSpelling(context, schema, leaf, path) : leaf;
  return walkLeaf(context, schema, read, path, keySpan);
}

/**
 * Reads a number or boolean in YAML 1.1 spelling, or one that PyYAML reads as text, as the value that must be meant.
 */
function withOtherSpelling({ report }: Context, schema: Shape, node: ScalarNode, path: Path | undefined): ScalarNode {
  const meant = onlyReading(schema, node);
  if (meant === undefined) return node;
  report({ kind: "other-spelling", span: spanOf(node), path, node, expected: expectation(schema), meant });
  return { ...node, value: meant };
}

/** Chooses an option first, and only reports mismatches with that option. */
function walkUnion(
  context: Context,
  schema: ChoiceShape,
  node: YamlNode,
  path: Path | undefined,
  name: string,
  keySpan: Span | undefined,
): unknown {
  const { options } = schema;
  const [first] = options;
  if (first?.kind === "map") return walk(context, branchFor(schema, node), node, path, name, keySpan);
  const hasExpression = node.kind === "scalar" && node.template?.parts.some(({ kind }) => kind !== "text") === true;
  const others = options.filter((option) => option !== expression);
  if (hasExpression && others.length < options.length) return { node, path };
  const read = node.kind === "scalar" && first !== undefined ? withOtherSpelling(context, first, node, path) : node;
  if (read.kind === "scalar" && others.some((option) => fits(option, read.value))) return { node: read, path };
  return first && walkLeaf(context, first, read, path, keySpan);
}

function walkMap(
  context: Context,
  schema: MapShape,
  node: YamlNode,
  path: Path | undefined,
  name: string,
  keySpan: Span | undefined,
): unknown {
  if (node.kind !== "map") {
    const span = spanOfMisfit(node, keySpan);
    context.report({ kind: "wrong-type", span, path, node, expected: "a map", found: describe(node) });
    return undefined;
  }
  const isRoot = path === undefined;
  const known = schema.fields;
  const byKey = new Map<string, MapEntry>();
  const unknownEntries: { readonly entry: MapEntry; readonly above: readonly ClosedMap[] }[] = [];
  // The maps that end before the next entry; computed only if that entry is unknown.
  let above: { readonly entry: MapEntry; readonly maps?: readonly ClosedMap[] } | undefined;
  const moved = context.moves.into.get(node);
  for (const entry of moved === undefined ? node.entries : [...node.entries, ...moved]) {
    const { text } = entry.key;
    if (Object.hasOwn(known, text)) {
      byKey.set(text, entry);
      above = { entry };
    } else if (!(isRoot && text.startsWith("x-"))) {
      if (above !== undefined && above.maps === undefined)
        above = { ...above, maps: mapsAtEnd(above.entry, known[above.entry.key.text] as Shape) };
      unknownEntries.push({ entry, above: above?.maps ?? [] });
    }
  }
  const keys = unknownEntries.length === 0 ? [] : Object.keys(known);
  const { outer, isMoved } = context;
  const map: OpenMap = { node, known, byKey, span: keySpan ?? firstKeyOf(node), name, isMoved, outer };
  let unusedKeyList: readonly string[] = unknownEntries.length === 0 ? [] : unusedKeys(schema, byKey);
  const unmatched: { readonly entry: MapEntry; readonly known: readonly string[] }[] = [];
  for (const { entry, above } of unknownEntries) {
    const { key } = entry;
    // An alias to an enclosing map visits the entry a second time.
    if (context.moves.keys.has(key)) continue;
    if (unusedKeyList.length !== keys.length - byKey.size) unusedKeyList = unusedKeys(schema, byKey);
    const unused = isMergeTypo(entry) ? MERGE : unusedKeyList;
    const plural = `${key.text}s`;
    if (isRoot && keys.includes(plural)) {
      const isList = entry.value.kind === "list" && !byKey.has(plural);
      const keyPath: Path = { parent: path, key: key.text };
      context.report({ kind: "singular-key", span: spanOf(key), path: keyPath, key: key.text, isList });
      if (isList) byKey.set(plural, entry);
      continue;
    }
    const intended = isMergeTypo(entry) ? undefined : moveToIntendedMap(context.moves, entry, map, above);
    if (intended !== undefined) {
      if (!intended.isExplained) reportUnknown(context, entry, path, name, unused, { belongsIn: intended.map });
      continue;
    }
    // A misspelled key is read as the key that was meant, so that nothing else is reported.
    const meant = isMergeTypo(entry) ? undefined : nearest(key.text, unused)[0];
    if (meant !== undefined) {
      reportUnknown(context, entry, path, name, unused);
      byKey.set(meant, entry);
    } else unmatched.push({ entry, known: unused });
  }
  const isMisnamed = unmatched.length < unknownEntries.length;
  const contains = byKey.size > 0 ? "known" : unmatched.length > 0 ? "unknown" : "nothing";
  const missing =
    node.incomplete || node.entries.some(isMergeTypo) ? [] : requiredKeys(schema).filter((key) => !byKey.has(key));
  // Entries that a wrongly indented block absorbed were not meant to be part of it.
  const isAbsorbed = isMoved && byKey.size === 0;
  for (const { entry, known: unused } of isAbsorbed ? [] : unmatched) {
    // A required key under another name is one mistake, not an unknown key and a missing one.
    const [replaced] = missing.length === 1 && unmatched.length === 1 ? missing : [];
    const replaces = replaced !== undefined && couldHold(known[replaced] as Shape, entry) ? replaced : undefined;
    reportUnknown(context, entry, path, name, unused, replaces === undefined ? {} : { replaces });
    if (replaces !== undefined) byKey.set(replaces, entry);
  }
  const [first] = node.entries;
  if (isRoot && contains === "unknown" && first !== undefined && !node.incomplete && !isMisnamed)
    context.report({ kind: "no-section", span: spanOf(first.key) });
  const fields: Record<string, unknown> = {};
  const below = { ...context, outer: map, isMoved: false };
  for (const [key, entry] of byKey) {
    const child = known[key] as Shape;
    const keyPath: Path = { parent: path, key };
    const isEmpty = entry.value.kind === "scalar" && entry.value.value === null && entry.value.style === "plain";
    if (isEmpty && child.kind !== "any") {
      const withoutValue = booleanOf(child)?.mayDefaultToTrue === true ? entry.value : undefined;
      if (isRequired(child)) context.report({ kind: "empty-value", span: spanOf(entry.key), path: keyPath, key });
      else if (withoutValue?.kind === "scalar") {
        const at = { span: spanOf(entry.key), path: keyPath, node: withoutValue };
        context.report({ kind: "other-spelling", ...at, expected: expectation({ kind: "boolean" }), meant: false });
        fields[key] = { node: { ...withoutValue, value: false }, path: keyPath };
        continue;
      } else byKey.delete(key);
      continue;
    }
    const isEntryMoved = context.moves.keys.has(entry.key);
    const inner = isEntryMoved === below.isMoved ? below : { ...below, isMoved: isEntryMoved };
    fields[key] = walk(inner, child, entry.value, keyPath, `\`${key}\``, spanOf(entry.key));
  }
  // If none of the keys is known, a missing key may have been written under another name.
  for (const key of missing) {
    if (byKey.has(key)) continue;
    context.report({ kind: "missing-key", span: map.span, path, key, parent: name, contains });
  }
  return { node, path, fields, written: new Set(byKey.keys()) };
}

const MERGE: readonly string[] = ["<<"];

const unusedLists = remember((_: MapShape) => new Map<string, readonly string[]>());

/** The keys of a map that have no entry yet. Maps with the same entries share one list, so that it is indexed once. */
function unusedKeys(schema: MapShape, byKey: ReadonlyMap<string, MapEntry>): readonly string[] {
  const keys = Object.keys(schema.fields);
  const lists = unusedLists(schema);
  const id = keys.map((key) => (byKey.has(key) ? 1 : 0)).join("");
  const unused = lists.get(id) ?? keys.filter((key) => !byKey.has(key));
  lists.set(id, unused);
  return unused;
}

/** The boolean shape of a key, if it has one. */
function booleanOf(schema: Shape): BooleanShape | undefined {
  const [first] = schema.kind === "choice" ? schema.options : [schema];
  if (schema.kind === "optional") return booleanOf(schema.inner);
  return first?.kind === "boolean" ? first : undefined;
}

type UnknownKey = Extract<Problem, { readonly kind: "unknown-key" }>;

function reportUnknown(
  { report }: Context,
  { key }: MapEntry,
  path: Path | undefined,
  parent: string,
  known: readonly string[],
  meant: Pick<UnknownKey, "replaces" | "belongsIn"> = {},
): void {
  const isKnownElsewhere = keysOfFormat().has(key.text);
  const at = { span: spanOf(key), path: { parent: path, key: key.text }, key: key.text, node: key, parent, known };
  report({ kind: "unknown-key", ...at, isKnownElsewhere, ...meant });
}

function walkList(
  context: Context,
  schema: ListShape,
  node: YamlNode,
  path: Path | undefined,
  name: string,
  keySpan: Span | undefined,
): unknown {
  if (node.kind !== "list") {
    context.report({
      kind: "wrong-type",
      span: spanOfMisfit(node, keySpan),
      path,
      node,
      expected: "a list",
      found: describe(node),
    });
    return undefined;
  }
  const length = schema.mayBeEmpty === true && node.items.length === 0 ? undefined : lengthOf(schema);
  if (length !== undefined && node.items.length !== length && !node.incomplete) {
    const found = `${node.items.length}`;
    context.report({
      kind: "invalid-value",
      span: spanOf(node),
      path,
      node,
      expected: `${length} items`,
      found,
      allowed: [],
    });
  }
  const element = schema.item;
  const items = node.items.map((item, i) =>
    walk(context, element, item, { parent: path, key: i }, `an item of ${name}`, undefined),
  );
  return { node, path, items };
}

function walkLeaf(
  context: Context,
  schema: Shape,
  node: YamlNode,
  path: Path | undefined,
  keySpan: Span | undefined,
): unknown {
  const span = spanOfMisfit(node, keySpan);
  const expected = expectation(schema);
  if (node.kind !== "scalar") {
    context.report({ kind: "wrong-type", span, path, node, expected, found: describe(node) });
    return undefined;
  }
  const isText = schema.kind === "text";
  if (isText && schema.isVariableName === true && !fits(schema, node.text)) {
    // What is written instead may be the value of the variable, so no message repeats it.
    context.report({ kind: "invalid-value", span, path, node, expected, found: describe(node), allowed: [] });
    return undefined;
  }
  if (isText && schema.isConstant === true && node.template !== undefined) {
    context.report({ kind: "invalid-value", span, path, node, expected, found: "an expression", allowed: [] });
    return undefined;
  }
  if (isText && node.template !== undefined) return { node, path };
  if (fits(schema, node.value)) return { node, path };
  if (isText && node.value === "") {
    context.report({ kind: "invalid-value", span, path, node, expected, found: "nothing", allowed: [] });
    return undefined;
  }
  if (isText && node.value !== null && schema.spelling === true) {
    context.report({ kind: "wrong-type", span, path, node, expected, found: describe(node), spelling: node.text });
    return { node, path };
  }
  // PyYAML reads `1e3` and `0o17` as text, so no other reading fits.
  if (isText && otherReading(node)?.kind === "text") {
    context.report({ kind: "wrong-type", span, path, node, expected, found: describe(node), spelling: node.text });
    return { node: { ...node, value: node.text }, path };
  }
  const allowed = schema.kind === "words" ? schema.words : [];
  if (allowed.length > 0 || (!isText && typeof node.value === "number")) {
    context.report({ kind: "invalid-value", span, path, node, expected, found: node.text, allowed });
  } else context.report({ kind: "wrong-type", span, path, node, expected, found: describe(node) });
  return undefined;
}

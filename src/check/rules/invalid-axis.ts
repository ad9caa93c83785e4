import type { Finding } from "../../base/diagnostic.ts";
import { certainMatch } from "../../base/nearest.ts";
import { quote } from "../../base/quote.ts";
import { placeKey } from "../../base/source.ts";
import type { TypedGraph } from "../../infer/typed.ts";
import { otherReading } from "../../parse/other-spelling.ts";
import type { Leaf } from "../../parse/shaped.ts";
import { type Path, printKeyPath, spanOf, type YamlNode } from "../../parse/tree.ts";
import { domainExample } from "../examples/domain-example.ts";
import { problemsOf } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

export const invalidAxis: Rule = {
  code: "invalid-axis",
  severity: "error",
  subject: "definition",
  summary: "An axis of a transformation has inconsistent values.",
  explanation:
    "`range` takes two numbers, the lower one first. `choices` and `value` must match the `type` of the axis. An axis that is not fixed needs a range or choices.",
  bad: domainExample({ axes: "          - { name: density, type: float, range: [0.8, 0] }\n" }),
  good: domainExample({ axes: "          - { name: density, type: float, range: [0, 0.8] }\n" }),
  *check(graph) {
    const duplicates = new Set([...problemsOf(graph, "duplicate-key")].map(({ first }) => placeKey(first)));
    for (const axis of axesOf(graph)) {
      const type = axis.fields.type?.node;
      // What an expression or a class accepts is not known.
      if (type === undefined || type.template !== undefined || hasDuplicate(axis, duplicates)) continue;
      const meant = OTHER_NAMES.get(type.text.toLowerCase()) ?? misspelled(type.text);
      if (meant !== undefined && !TYPES.has(type.text)) {
        yield {
          message: `${quote(type.text)} is not a built-in axis type, so it is looked up as a class.`,
          hint: `Write \`type: ${meant}\`.`,
          severity: "warning",
          span: spanOf(type),
          path: printKeyPath(axis.fields.type?.path),
          fixes: [
            { title: `Replace with ${quote(meant)}`, safe: false, edits: [{ span: spanOf(type), newText: meant }] },
          ],
        };
      } else if (TYPES.has(type.text)) yield* checkAxis(axis, type.text);
    }
  },
};

const TYPES: ReadonlySet<string> = new Set(["float", "int", "bool", "str", "list"]);

/** Other names of the types, in lowercase. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ["float", "float"],
  ["double", "float"],
  ["number", "float"],
  ["int", "int"],
  ["integer", "int"],
  ["bool", "bool"],
  ["boolean", "bool"],
  ["str", "str"],
  ["string", "str"],
  ["text", "str"],
  ["list", "list"],
  ["array", "list"],
]);

/** Classes start with an uppercase letter, so a longer lowercase word that is similar to a type is that type. */
function misspelled(text: string): string | undefined {
  return /^[a-z]{4,}$/.test(text) ? certainMatch(text, TYPES) : undefined;
}

const WANTED: Readonly<Record<string, string>> = {
  float: "a number",
  int: "a whole number",
  bool: "true or false",
  str: "text",
  list: "a list",
};

type Domain = NonNullable<
  NonNullable<NonNullable<TypedGraph["bound"]["files"][number]["root"]>["fields"]["domains"]>["items"][number]
>;
type Inline = Extract<Domain["fields"], { readonly transformations: unknown }>;
type Axis = NonNullable<
  NonNullable<NonNullable<NonNullable<Inline["transformations"]>["items"][number]>["fields"]["axes"]>["items"][number]
>;

function* axesOf({ bound }: TypedGraph): Generator<Axis> {
  for (const { root } of bound.files) {
    for (const domain of root?.fields.domains?.items ?? []) {
      if (domain === undefined || !("transformations" in domain.fields)) continue;
      for (const transformation of domain.fields.transformations?.items ?? [])
        for (const axis of transformation?.fields.axes?.items ?? []) if (axis !== undefined) yield axis;
    }
  }
}

function* checkAxis(axis: Axis, type: string): Generator<Finding> {
  const { name, choices, fixed } = axis.fields;
  // The platform's own export writes `value: null` and `range: []` if there is none.
  const value = isNull(axis.fields.value) ? undefined : axis.fields.value;
  const range = axis.fields.range?.node.items.length === 0 ? undefined : axis.fields.range;
  const bounds = (range?.items ?? []).flatMap((item) => item ?? []);
  if (range !== undefined && type !== "float" && type !== "int") {
    const message = `The range has no effect: the axis has the type ${quote(type)}, not a numeric one.`;
    yield { ...at(range, message, RANGELESS[type] ?? ""), severity: "warning" };
  } else yield* checkRange(bounds, type);
  const listed = (choices?.items ?? []).flatMap((item) => item ?? []);
  for (const choice of listed) yield* checkFit(choice, type);
  // A value has no effect on an axis that varies: the platform's export keeps the previous one.
  if (value !== undefined && fixed?.node.value !== false) {
    if (fits(value.node, type) === false) yield* checkFit(value, type);
    else yield* checkMember(value, bounds, listed, type);
  }
  if (axis.node.incomplete || name === undefined || fixed?.node.template !== undefined) return;
  const isFixed = fixed?.node.value;
  const shownName = quote(name.node.text);
  if (isFixed === true && value === undefined) {
    yield at(name, `The axis ${shownName} is fixed, but has no \`value\`.`, "Add `value:`, or remove `fixed`.");
  } else if (
    isFixed !== true &&
    VARYING.has(type) &&
    !hasSomething(axis, isFixed === undefined && value !== undefined)
  ) {
    yield at(name, `The axis ${shownName} has no values to choose from.`, HINTS[type] ?? "");
  }
}

/** Whether an axis that is not fixed can vary; an invalid range or list of choices counts. */
function hasSomething({ written, fields: { range, choices } }: Axis, isFixedInFact: boolean): boolean {
  const isListed = (key: string, list: typeof range) => written.has(key) && list?.items.length !== 0;
  return isFixedInFact || isListed("range", range) || isListed("choices", choices);
}

function* checkRange([low, high]: readonly Leaf<YamlNode>[], type: string): Generator<Finding> {
  let areNumbers = true;
  for (const bound of [low, high]) {
    if (bound === undefined || fits(bound.node, type) !== false) continue;
    areNumbers = false;
    yield at(
      bound,
      `${shown(bound)} is not ${WANTED[type]}, which a range of the type ${quote(type)} requires.`,
      `Write ${WANTED[type]}.`,
    );
  }
  const from = low && numberOf(low.node);
  const to = high && numberOf(high.node);
  if (areNumbers && low !== undefined && high !== undefined && from !== undefined && to !== undefined && from > to) {
    const message = `The lower bound ${shown(low)} is greater than the upper bound ${shown(high)}.`;
    yield {
      ...at(low, message, `Write the lower bound first: ${quote(`[${textOf(high)}, ${textOf(low)}]`)}.`),
      related: [{ message: "upper bound", span: spanOf(high.node) }],
    };
  }
}

function* checkFit(leaf: Leaf<YamlNode>, type: string): Generator<Finding> {
  if (fits(leaf.node, type) !== false) return;
  yield at(
    leaf,
    `${shown(leaf)} is not ${WANTED[type]}, but the axis has the type ${quote(type)}.`,
    `Write ${WANTED[type]}, or change the type.`,
  );
}

/** A value that is not among those that the axis itself lists. */
function* checkMember(
  value: Leaf<YamlNode>,
  [low, high]: readonly Leaf<YamlNode>[],
  choices: readonly Leaf<YamlNode>[],
  type: string,
): Generator<Finding> {
  const number = numberOf(value.node);
  const from = low && numberOf(low.node);
  const to = high && numberOf(high.node);
  if (number !== undefined && low !== undefined && from !== undefined && to !== undefined && from <= to) {
    if (number >= from && number <= to) return;
    const message = `${shown(value)} is outside the range of this axis (${from} to ${to}).`;
    yield {
      ...at(value, message, "Extend the range, or write a value within it."),
      severity: "warning",
      related: [{ message: "range", span: spanOf(low.node) }],
    };
    return;
  }
  const [first] = choices;
  if (type === "list" || first === undefined || value.node.kind !== "scalar" || low !== undefined) return;
  const { text } = value.node;
  const isKnown = choices.every(({ node }) => node.kind === "scalar" && node.template === undefined);
  const isListed = choices.some(
    ({ node }) => node.kind === "scalar" && (node.text === text || numberOf(node) === (number ?? NaN)),
  );
  if (!isKnown || isListed || value.node.template !== undefined || value.node.value === null) return;
  const message = `${shown(value)} is not one of the choices of this axis.`;
  yield {
    ...at(value, message, "Add it to `choices`, or write one of them."),
    severity: "warning",
    related: [{ message: "choices", span: spanOf(first.node) }],
  };
}

const VARYING: ReadonlySet<string> = new Set(["float", "int", "str"]);

/** What to add to an axis that is not fixed and has no values to choose from. */
const HINTS: Readonly<Record<string, string>> = {
  float: "Add `range: [lowest, highest]` or `choices:`, or fix the axis with `fixed: true` and `value:`.",
  int: "Add `range: [lowest, highest]` or `choices:`, or fix the axis with `fixed: true` and `value:`.",
  str: "Add `choices:`, or fix the axis with `fixed: true` and `value:`.",
};

const RANGELESS: Readonly<Record<string, string>> = {
  bool: "Remove the range: both true and false are tried.",
  str: "Write `choices:` instead.",
  list: "Write `fixed: true` with `value:` instead.",
};

/** Whether a value has the type; `undefined` if that depends on environment variables. */
function fits(node: YamlNode, type: string): boolean | undefined {
  if (node.kind === "hole" || (node.kind === "scalar" && node.template !== undefined)) return undefined;
  if (node.kind !== "scalar") return type === "list" && node.kind === "list";
  const number = numberOf(node);
  switch (type) {
    case "float":
      return number !== undefined;
    case "int":
      return number !== undefined && Number.isInteger(number);
    case "bool":
      return typeof node.value === "boolean" || otherReading(node)?.kind === "boolean";
    case "str":
      return node.value !== null;
    default:
      return false;
  }
}

/** The number in a scalar. The platform converts numbers in quotes too. */
function numberOf(node: YamlNode): number | undefined {
  if (node.kind !== "scalar" || node.template !== undefined) return undefined;
  if (typeof node.value === "number") return node.value;
  const there = otherReading(node);
  if (there?.kind === "integer" || there?.kind === "float") return Number(there.value);
  const isNumber = typeof node.value === "string" && /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/.test(node.text);
  return isNumber ? Number(node.text) : undefined;
}

/** Whether a key of the axis is duplicated, so that it is not known which one is meant. */
function hasDuplicate({ node: { entries } }: Axis, duplicates: ReadonlySet<string>): boolean {
  return entries.some(({ key }) => duplicates.has(placeKey(key)));
}

function isNull(leaf: Leaf<YamlNode> | undefined): boolean {
  return leaf?.node.kind === "scalar" && leaf.node.value === null && leaf.node.template === undefined;
}

function shown({ node }: Leaf<YamlNode>): string {
  if (node.kind === "scalar") return node.text === "" ? "An empty value" : quote(node.text);
  return node.kind === "list" ? "A list" : "A map";
}

function textOf({ node }: Leaf<YamlNode>): string {
  return node.kind === "scalar" ? node.text : "";
}

function at(
  { node, path }: { readonly node: YamlNode; readonly path: Path | undefined },
  message: string,
  hint: string,
): Finding {
  const newline = node.kind === "scalar" ? -1 : node.source.text.indexOf("\n", node.start);
  const end = newline < 0 ? node.end : Math.min(newline, node.end);
  return { message, hint, span: { source: node.source, start: node.start, end }, path: printKeyPath(path) };
}

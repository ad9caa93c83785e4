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
  summary: "An axis of a transformation holds values that do not belong together.",
  explanation:
    "`range` is for numbers and goes from the lowest to the highest, `choices` and `value` are of the axis's `type`, and an axis that is not fixed has something to vary.",
  bad: domainExample({ axes: "          - { name: density, type: float, range: [0.8, 0] }\n" }),
  good: domainExample({ axes: "          - { name: density, type: float, range: [0, 0.8] }\n" }),
  *check(graph) {
    const doubled = new Set([...problemsOf(graph, "duplicate-key")].map(({ first }) => placeKey(first)));
    for (const axis of axesOf(graph)) {
      const type = axis.fields.type?.node;
      // A class, or an expression: nobody knows here what it takes.
      if (type === undefined || type.template !== undefined || hasDoubled(axis, doubled)) continue;
      const slip = SLIPS.get(type.text.toLowerCase()) ?? misspelled(type.text);
      if (slip !== undefined && !TYPES.has(type.text)) {
        yield {
          message: `${quote(type.text)} is no type of axis that is built in, so it would be looked up as a class.`,
          hint: `Write \`type: ${slip}\`.`,
          severity: "warning",
          span: spanOf(type),
          path: printKeyPath(axis.fields.type?.path),
          fixes: [{ title: `Write ${quote(slip)}`, safe: false, edits: [{ span: spanOf(type), newText: slip }] }],
        };
      } else if (TYPES.has(type.text)) yield* checkAxis(axis, type.text);
    }
  },
};

const TYPES: ReadonlySet<string> = new Set(["float", "int", "bool", "str", "list"]);

const SLIPS: ReadonlyMap<string, string> = new Map([
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

/** Classes have capitals; a longer word in small letters that is nearly a type is that type. */
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
  // The platform's own export writes `value: null` and `range: []` where there is none.
  const value = isNull(axis.fields.value) ? undefined : axis.fields.value;
  const range = axis.fields.range?.node.items.length === 0 ? undefined : axis.fields.range;
  const bounds = (range?.items ?? []).flatMap((item) => item ?? []);
  if (range !== undefined && type !== "float" && type !== "int") {
    const message = `Only numbers have a range, and this axis is of the type ${quote(type)}: the range has no effect.`;
    yield { ...at(range, message, RANGELESS[type] ?? ""), severity: "warning" };
  } else yield* checkRange(bounds, type);
  const listed = (choices?.items ?? []).flatMap((item) => item ?? []);
  for (const choice of listed) yield* checkFit(choice, type);
  // Beside an axis that varies it has no effect: the platform's export keeps the value that it had before.
  if (value !== undefined && fixed?.node.value !== false) {
    if (fits(value.node, type) === false) yield* checkFit(value, type);
    else yield* checkMember(value, bounds, listed, type);
  }
  if (axis.node.incomplete || name === undefined || fixed?.node.template !== undefined) return;
  const isFixed = fixed?.node.value;
  const shownName = quote(name.node.text);
  if (isFixed === true && value === undefined) {
    yield at(name, `The axis ${shownName} is fixed, but has no value.`, "Add `value:`, or remove `fixed`.");
  } else if (
    isFixed !== true &&
    VARYING.has(type) &&
    !hasSomething(axis, isFixed === undefined && value !== undefined)
  ) {
    yield at(name, `The axis ${shownName} has nothing to vary.`, NOTHING[type] ?? "");
  }
}

/** Whether an axis that is not fixed can vary; what is written but broken counts. */
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
      `A range of the type ${quote(type)} goes between two numbers, and this is none.`,
      `Write ${WANTED[type]}.`,
    );
  }
  const from = low && numberOf(low.node);
  const to = high && numberOf(high.node);
  if (areNumbers && low !== undefined && high !== undefined && from !== undefined && to !== undefined && from > to) {
    const message = `The range begins at ${textOf(low)} and ends at ${textOf(high)}, which is less.`;
    yield {
      ...at(low, message, `Write the lowest first: [${textOf(high)}, ${textOf(low)}].`),
      related: [{ message: "The end.", span: spanOf(high.node) }],
    };
  }
}

function* checkFit(leaf: Leaf<YamlNode>, type: string): Generator<Finding> {
  if (fits(leaf.node, type) !== false) return;
  yield at(
    leaf,
    `${shown(leaf)} is not ${WANTED[type]}, and the axis is of the type ${quote(type)}.`,
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
    const message = `${shown(value)} is outside of the range of this axis, ${from} to ${to}.`;
    yield {
      ...at(value, message, "Widen the range, or take a value in it."),
      severity: "warning",
      related: [{ message: "The range.", span: spanOf(low.node) }],
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
  const message = `${shown(value)} is none of the choices of this axis.`;
  yield {
    ...at(value, message, "Add it to `choices`, or take one of them."),
    severity: "warning",
    related: [{ message: "The choices.", span: spanOf(first.node) }],
  };
}

const VARYING: ReadonlySet<string> = new Set(["float", "int", "str"]);

const NOTHING: Readonly<Record<string, string>> = {
  float: "Add `range: [lowest, highest]` or `choices:`, or fix it: `fixed: true` with `value:`.",
  int: "Add `range: [lowest, highest]` or `choices:`, or fix it: `fixed: true` with `value:`.",
  str: "Add `choices:`, or fix it: `fixed: true` with `value:`.",
};

const RANGELESS: Readonly<Record<string, string>> = {
  bool: "Remove the range; true and false are both tried.",
  str: "Write `choices:` instead.",
  list: "Write `fixed: true` with `value:` instead.",
};

/** Whether a value is of the type; `undefined` where that is not known before the environment is. */
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

/** A number, in quotes too: the platform converts it. */
function numberOf(node: YamlNode): number | undefined {
  if (node.kind !== "scalar" || node.template !== undefined) return undefined;
  if (typeof node.value === "number") return node.value;
  const there = otherReading(node);
  if (there?.kind === "integer" || there?.kind === "float") return Number(there.value);
  const isNumber = typeof node.value === "string" && /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/.test(node.text);
  return isNumber ? Number(node.text) : undefined;
}

/** Of two keys that are the same, nobody knows which one is meant. */
function hasDoubled({ node: { entries } }: Axis, doubled: ReadonlySet<string>): boolean {
  return entries.some(({ key }) => doubled.has(placeKey(key)));
}

function isNull(leaf: Leaf<YamlNode> | undefined): boolean {
  return leaf?.node.kind === "scalar" && leaf.node.value === null && leaf.node.template === undefined;
}

function shown({ node }: Leaf<YamlNode>): string {
  if (node.kind === "scalar") return node.text === "" ? "Nothing" : quote(node.text);
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

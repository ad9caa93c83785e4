// Names with environment variables, which are known only when a model runs. Before that, their spellings are compared.
import { type Expression, printExpression } from "../../grammar/expression.ts";
import type { ScalarNode } from "../parse/tree.ts";

/** A name that contains expressions: its spelling and its parts. */
export interface LateName {
  /** With every expression in braces: `det-${CI_SHA}` for `det-$CI_SHA` too. */
  readonly text: string;
  readonly parts: readonly LatePart[];
}

/** Text, or the path of an expression. */
type LatePart = { readonly text: string } | { readonly variable: string };

/** The name in a scalar, if it contains expressions; `undefined` if it is constant or broken. */
export function lateName(node: ScalarNode): LateName | undefined {
  const name = node.template === undefined ? undefined : spell(node);
  return name === undefined || isConstant(name) ? undefined : name;
}

/** The spelling of a name in messages, ids and references: without escapes and with every expression in braces. */
export function spelledText(node: ScalarNode): string {
  return spell(node)?.text ?? node.text;
}

function spell({ text, template }: ScalarNode): LateName | undefined {
  if (template === undefined) return constantName(text);
  const parts: LatePart[] = [];
  for (const part of template.parts) {
    if (part.kind === "broken") return undefined;
    parts.push(part.kind === "text" ? { text: part.value } : { variable: printExpression(part) });
  }
  return { text: parts.map((part) => ("text" in part ? part.text : part.variable)).join(""), parts };
}

/** Whether an expression is an environment variable, and so allowed in a name. */
export function isVariable({ path }: Expression): boolean {
  return path.length === 1 && !RUNTIME.has(path[0].value);
}

const RUNTIME: ReadonlySet<string> = new Set(["model", "datapoints", "datapoint"]);

/** A constant name in the form of a late name. */
export function constantName(text: string): LateName {
  return { text, parts: [{ text }] };
}

/** Longer lists of names are not compared one by one: comparing two long lists would take quadratic time. */
export const MAX_COMPARED = 64;

/**
 * The names in a list that may be equal to a name. Of a long list, these are the first two without a comparison: two possible
 * targets make a reference ambiguous.
 */
export function namesLike(name: LateName, names: readonly LateName[]): readonly LateName[] {
  return names.length > MAX_COMPARED ? names.slice(0, 2) : names.filter((other) => mayBeEqual(name, other));
}

/** Whether two names may be the same text for some values of their variables. A variable has the same value in both. */
export function mayBeEqual(a: LateName, b: LateName): boolean {
  if (a.text === b.text) return true;
  if (isConstant(a)) return !isConstant(b) && mayBe(b, a.text);
  if (isConstant(b)) return mayBe(a, b.text);
  // Both contain a variable, which can be any text. They differ for certain only before the first and after the last one.
  const [startA, startB] = [startOf(a), startOf(b)];
  const [endA, endB] = [endOf(a), endOf(b)];
  if (!startA.startsWith(startB) && !startB.startsWith(startA)) return false;
  if (!endA.endsWith(endB) && !endB.endsWith(endA)) return false;
  return variablesOf(a) !== variablesOf(b) || lengthOf(a) === lengthOf(b);
}

/** Whether a name is equal to a text for some values of its variables. */
function mayBe(name: LateName, text: string): boolean {
  const [start, end] = [startOf(name), endOf(name)];
  if (text.length < start.length + end.length || !text.startsWith(start) || !text.endsWith(end)) return false;
  const middle = text.slice(start.length, text.length - end.length);
  let at = 0;
  for (const part of name.parts.slice(1, -1)) {
    if (!("text" in part)) continue;
    const found = middle.indexOf(part.text, at);
    if (found < 0) return false;
    at = found + part.text.length;
  }
  return true;
}

/** Whether a name contains no expressions. */
export function isConstant({ parts }: LateName): boolean {
  return parts.every((part) => "text" in part);
}

function startOf({ parts: [first] }: LateName): string {
  return first !== undefined && "text" in first ? first.text : "";
}

function endOf({ parts }: LateName): string {
  const last = parts[parts.length - 1];
  return last !== undefined && "text" in last ? last.text : "";
}

function variablesOf({ parts }: LateName): string {
  return JSON.stringify(parts.flatMap((part) => ("variable" in part ? [part.variable] : [])).sort());
}

function lengthOf({ parts }: LateName): number {
  return parts.reduce((length, part) => length + ("text" in part ? part.text.length : 0), 0);
}

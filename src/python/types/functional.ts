// Reads classes that are created by a call: `TypedDict("X", {…})`, `NamedTuple("X", […])`, `namedtuple("X", "a b")`.
// They are represented by headers as if they had been written with `class`.

import type { AssignedValue, ClassHeader, PythonModule } from "../module.ts";
import { type Arguments, cursorOverPart, readCall } from "../text/arguments.ts";
import { takeExpression } from "../text/expression.ts";
import { takeLiteral } from "../text/literal.ts";
import type { Part } from "../text/text.ts";
import { advance, type Cursor, isOperator, skipOperator } from "../text/tokens.ts";
import { fullPath } from "./annotation.ts";
import { namesOf } from "./names-in-module.ts";

const known = new WeakMap<Part, ClassHeader | "none">();

/** The class that a call creates and assigns to a name; the same object for the same place. */
export function functionalClass(module: PythonModule, name: Part, value: Part): ClassHeader | undefined {
  const before = known.get(value);
  if (before !== undefined) return before === "none" ? undefined : before;
  const found = read(module, name, value);
  known.set(value, found ?? "none");
  return found;
}

function read(module: PythonModule, name: Part, value: Part): ClassHeader | undefined {
  const call = readCall(value);
  const path = call === undefined ? undefined : fullPath(call.name, namesOf(module));
  const form = path === undefined ? undefined : FORMS.get(path.slice(path.lastIndexOf(".") + 1));
  if (call === undefined || form === undefined || !FIELD_CALLS.test(path ?? "") || call.arguments.isOpen)
    return undefined;
  const fields = form(call.arguments);
  if (fields === undefined) return undefined;
  const base: Part = { text: call.name, span: value.span };
  const keywords = call.arguments.keywords.filter((each) => each.name.text === "total");
  const body = fields.map(
    (field): AssignedValue => ({
      kind: "value",
      start: value.span.start,
      value: undefined,
      reach: "always",
      ...field,
    }),
  );
  return {
    kind: "class",
    name,
    reach: "always",
    decorators: [],
    typeParameters: undefined,
    bases: { positional: [base], keywords, isOpen: false },
    docstring: undefined,
    span: value.span,
    isBroken: false,
    body,
  };
}

type DeclaredFields = readonly { readonly name: Part; readonly annotation: Part; readonly value?: Part }[];

const FIELD_CALLS = /^(?:(?:typing(?:_extensions)?\.)?(?:TypedDict|NamedTuple)|(?:collections\.)?namedtuple)$/;

const FORMS: ReadonlyMap<string, (args: Arguments) => DeclaredFields | undefined> = new Map([
  ["TypedDict", ({ positional: [, fields] }) => fields && readEntries(fields, "{", ":")],
  ["NamedTuple", ({ positional: [, fields] }) => fields && readEntries(fields, "[", ",")],
  [
    "namedtuple",
    ({ positional: [, fields], keywords }) => {
      // `rename` may change names.
      if (keywords.some(({ name }) => name.text === "rename")) return undefined;
      const names = fields && readNames(fields);
      const defaults = keywords.find(({ name }) => name.text === "defaults")?.value;
      return defaults === undefined ? names : names && withDefaults(names, defaults);
    },
  ],
]);

/** `{"a": int}`, or `[("a", int)]` with brackets around each entry. */
function readEntries(part: Part, opener: "{" | "[", separator: ":" | ","): DeclaredFields | undefined {
  const cursor = cursorOverPart(part);
  if (!skipOperator(cursor, opener)) return undefined;
  const fields: { name: Part; annotation: Part }[] = [];
  while (cursor.kind !== "end" && !isOperator(cursor, opener === "{" ? "}" : "]")) {
    if (opener === "[" && !skipOperator(cursor, "(")) return undefined;
    const name = takeText(cursor);
    if (name === undefined || !skipOperator(cursor, separator)) return undefined;
    const annotation = takeExpression(cursor, ",");
    if (annotation === undefined) return undefined;
    fields.push({ name, annotation });
    if (opener === "[") {
      skipOperator(cursor, ",");
      if (!skipOperator(cursor, ")")) return undefined;
    }
    if (!skipOperator(cursor, ",")) break;
  }
  advance(cursor);
  return cursor.kind === "end" ? fields : undefined;
}

/** `"a b"`, `"a, b"` or `["a", "b"]`, without types. */
function readNames(part: Part): DeclaredFields | undefined {
  const cursor = cursorOverPart(part);
  const isList = skipOperator(cursor, "[") || skipOperator(cursor, "(");
  const names: Part[] = [];
  do {
    const text = takeText(cursor);
    if (text === undefined) break;
    names.push(
      ...text.text.split(isList ? /(?!)/ : /[,\s]+/).flatMap((each) => (each === "" ? [] : [{ ...text, text: each }])),
    );
  } while (isList && skipOperator(cursor, ","));
  if (isList) advance(cursor);
  if (cursor.kind !== "end") return undefined;
  return names.map((name) => ({ name, annotation: { text: "object", span: name.span } }));
}

/** The last fields have the defaults; `undefined` if the number of defaults is not certain. */
function withDefaults(fields: DeclaredFields, defaults: Part): DeclaredFields | undefined {
  const cursor = cursorOverPart(defaults);
  if (!skipOperator(cursor, "[") && !skipOperator(cursor, "(")) return undefined;
  const values: Part[] = [];
  do {
    if (isOperator(cursor, "*")) return undefined;
    const value = takeExpression(cursor, ",");
    if (value !== undefined) values.push(value);
  } while (skipOperator(cursor, ","));
  advance(cursor);
  if (cursor.kind !== "end" || values.length > fields.length) return undefined;
  const without = fields.length - values.length;
  return fields.map((field, at) => {
    const value = values[at - without];
    return value === undefined ? field : { ...field, value };
  });
}

function takeText(cursor: Cursor): Part | undefined {
  const { start, from } = cursor;
  const text = takeLiteral(cursor);
  return typeof text === "string" ? { text, span: { source: from.source, start, end: cursor.before } } : undefined;
}

import { remember } from "../../base/remember.ts";
import type { Span } from "../../base/source.ts";
import type { PythonModule } from "../module.ts";
import { scanBody } from "../scan/scan.ts";
import { takeExpression } from "../text/expression.ts";
import { linesOf } from "../text/lines.ts";
import type { Parameter } from "../text/parameters.ts";
import { type Part, partOf } from "../text/text.ts";
import {
  advance,
  type Cursor,
  copyOf,
  cursorOver,
  isOperator,
  isWord,
  skipOperator,
  takeName,
} from "../text/tokens.ts";
import { namesOf } from "../types/names-in-module.ts";
import { isGenerator, isStub, ownLines } from "./generator.ts";

/** A return value that is certainly not a list: the first such value, or nothing at all. */
export interface NonListReturn {
  readonly value: Part | undefined;
  readonly what: "nothing" | "iterator" | "map" | "value";
}

/**
 * Reads the body of a function. Returns a result if no `return` has a list or tuple, or if there is no `return`.
 * Returns `undefined` if any of them may return a list, if the body is a placeholder, and for generators.
 */
export function findNonListReturn(
  module: PythonModule,
  header: Span,
  parameters: readonly Parameter[],
): NonListReturn | undefined {
  const taken = parameters.map(({ name }) => name.text).filter((name) => BUILTINS.has(name));
  const found = readReturns(header);
  const key = taken.join(" ");
  const before = found.get(key) ?? { returned: read(module, header, new Set(taken)) };
  found.set(key, before);
  return before.returned;
}

/** The result for each body, by the relevant names that are parameters. Many names may refer to the same function. */
const readReturns = remember((_: Span) => new Map<string, { readonly returned: NonListReturn | undefined }>());

function read(module: PythonModule, header: Span, taken: ReadonlySet<string>): NonListReturn | undefined {
  const { from } = linesOf(header.source);
  const lines = ownLines(header);
  const last = lines.findLast(({ indent }) => indent === lines.at(0)?.indent);
  if (last === undefined || isGenerator(header)) return undefined;
  // A body that ends with an exception or never ends does not return anything.
  const ending = cursorOver(from, last.start, last.end);
  if (["raise", "while", "assert"].some((word) => isWord(ending, word))) return undefined;
  const isOwn = ownNames(module, header, taken);
  let found: NonListReturn | undefined;
  for (const { start, end } of lines) {
    if (!from.text.slice(start, end).includes("return")) continue;
    for (const cursor = cursorOver(from, start, end); cursor.kind !== "end"; advance(cursor)) {
      if (!isWord(cursor, "return")) continue;
      const after = copyOf(cursor);
      advance(after);
      const value = takeExpression(after, ";");
      if (value === undefined || value.text === "None") continue;
      const what = kindOf(cursorOver(from, value.span.start, value.span.end), isOwn);
      if (what === undefined) return undefined;
      found ??= { value, what };
    }
  }
  if (isStub(header)) return undefined;
  if (found !== undefined) return found;
  const exit = /^(?:sys\.exit|os\._exit|exit|quit)\b/.test(partOf(from, last.start, last.end).text);
  return exit ? undefined : { value: undefined, what: "nothing" };
}

/** Returns a predicate that tells whether a name may be shadowed, that is, may not be the Python built-in. */
function ownNames(module: PythonModule, header: Span, taken: ReadonlySet<string>): (name: string) => boolean {
  let known: ReturnType<typeof namesInBody> | undefined;
  return (name) => {
    if (taken.has(name) || hasStar(module) || namesOf(module)(name) !== undefined) return true;
    known ??= namesInBody(header);
    return known.isOpen || known.names.has(name);
  };
}

/** The names that a function's body binds. After a star import, these may be any names. */
function namesInBody(header: Span): { readonly names: ReadonlySet<string>; readonly isOpen: boolean } {
  const bindings = scanBody(header);
  const names = new Set(bindings.flatMap((each) => (each.kind === "import-star" ? [] : [each.name.text])));
  return { names, isOpen: bindings.some(({ kind }) => kind === "import-star") };
}

const hasStar = remember(({ bindings }: PythonModule) => bindings.some(({ kind }) => kind === "import-star"));

const ITERATORS: ReadonlySet<string> = new Set(["map", "filter", "zip", "enumerate", "reversed", "iter"]);
const MAPS: ReadonlySet<string> = new Set(["dict"]);
const VALUES: ReadonlySet<string> = new Set(["set", "frozenset", "str", "int", "float", "bool", "len", "bytes"]);

const BUILTINS: ReadonlySet<string> = new Set([...ITERATORS, ...MAPS, ...VALUES]);

/** The kind of a value that is certainly not a list or tuple. */
function kindOf(cursor: Cursor, isOwn: (name: string) => boolean): NonListReturn["what"] | undefined {
  if (cursor.kind === "string" || cursor.kind === "number") {
    while (cursor.kind === "string" || cursor.kind === "number") advance(cursor);
    return cursor.kind === "end" ? "value" : undefined;
  }
  if (isOperator(cursor, "{")) return kindOfBraces(cursor);
  if (isOperator(cursor, "(")) return kindOfGroup(cursor, isOwn);
  if (isWord(cursor, "lambda")) return "value";
  if (isWord(cursor, "True") || isWord(cursor, "False")) {
    advance(cursor);
    return cursor.kind === "end" ? "value" : undefined;
  }
  const name = takeName(cursor)?.text;
  if (name === undefined || !BUILTINS.has(name) || !isOperator(cursor, "(") || isOwn(name)) return undefined;
  advance(cursor);
  takeExpression(cursor, "");
  if (!skipOperator(cursor, ")") || cursor.kind !== "end") return undefined;
  return ITERATORS.has(name) ? "iterator" : MAPS.has(name) ? "map" : VALUES.has(name) ? "value" : undefined;
}

/** `{…}` and nothing else: a map if it is empty or contains a colon. */
function kindOfBraces(cursor: Cursor): "map" | "value" | undefined {
  advance(cursor);
  const isEmpty = isOperator(cursor, "}");
  const isUnpacked = isOperator(cursor, "**");
  takeExpression(cursor, ":,");
  const isMap = isEmpty || isUnpacked || isOperator(cursor, ":");
  while (cursor.kind !== "end" && !isOperator(cursor, "}")) {
    advance(cursor);
    takeExpression(cursor, "");
  }
  return skipOperator(cursor, "}") && cursor.kind === "end" ? (isMap ? "map" : "value") : undefined;
}

/** `(…)` and nothing else: a generator expression, or a value in parentheses. */
function kindOfGroup(cursor: Cursor, isOwn: (name: string) => boolean): NonListReturn["what"] | undefined {
  advance(cursor);
  const inside = takeExpression(cursor, ",");
  if (inside === undefined || !skipOperator(cursor, ")") || cursor.kind !== "end") return undefined;
  const { start, end } = inside.span;
  let depth = 0;
  for (const each = cursorOver(cursor.from, start, end); each.kind !== "end"; advance(each)) {
    if (each.kind === "operator" && "([{".includes(cursor.from.text[each.start] ?? "")) depth++;
    else if (each.kind === "operator" && ")]}".includes(cursor.from.text[each.start] ?? "")) depth--;
    else if (depth === 0 && isWord(each, "for")) return "iterator";
  }
  return kindOf(cursorOver(cursor.from, start, end), isOwn);
}

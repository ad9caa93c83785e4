// Determines how a decorator in the repository changes a function. Only two patterns are certain: the decorator returns
// its argument, or it returns a function that is defined in its body.

import { rememberPart } from "../../base/remember.ts";
import type { FunctionHeader, PythonModule } from "../module.ts";
import { scanBody } from "../scan/scan.ts";
import { type LogicalLine, linesOf } from "../text/lines.ts";
import type { PythonText } from "../text/text.ts";
import {
  advance,
  type Cursor,
  copyOf,
  cursorOver,
  isOperator,
  isWord,
  nameAt,
  skipOperator,
  skipWord,
} from "../text/tokens.ts";
import { decoratorPath, unknownDecorators } from "../types/decorators.ts";
import { ownLines } from "./generator.ts";

/** What a decorator returns: its argument, or a wrapper. */
export type Effect =
  | { readonly kind: "same" }
  | { readonly kind: "wrapper"; readonly header: FunctionHeader; readonly passing: Passing };

/**
 * How a wrapper calls the function that it wraps. `same`: it returns the result of calling it with the same arguments.
 * `passes`: it certainly calls it with the same arguments. `undefined`: neither is certain.
 */
export type Passing = "same" | "passes" | undefined;

/**
 * Reads the body of a decorator. If the decorator is called first (`@retry(times=3)`), reads the function that the call
 * returns. Returns `undefined` if the effect is not certain. Each body is read once, because many functions may share a
 * decorator.
 */
export function effectOf(module: PythonModule, decorator: FunctionHeader, isCalled: boolean): Effect | undefined {
  return isCalled ? effectOfCall(module, decorator) : effectOfName(module, decorator);
}

const effectOfName = rememberPart((module: PythonModule, decorator: FunctionHeader) =>
  readEffect(module, decorator, decorator),
);

const effectOfCall = rememberPart((module: PythonModule, decorator: FunctionHeader) => {
  const inner = isPlain(decorator) ? innerFunction(decorator) : undefined;
  return inner && readEffect(module, decorator, inner);
});

function isPlain({ isBroken, isAsync, decorators }: FunctionHeader): boolean {
  return !isBroken && !isAsync && decorators.length === 0;
}

/** `taking` is the function that receives the decorated function: the decorator itself, or the result of calling it. */
function readEffect(module: PythonModule, decorator: FunctionHeader, taking: FunctionHeader): Effect | undefined {
  if (!isPlain(taking)) return undefined;
  const [first, ...others] = taking.parameters;
  if (first === undefined || first.kind === "keyword-only" || first.kind.startsWith("var-")) return undefined;
  if (others.some((each) => each.default === undefined && !each.kind.startsWith("var-"))) return undefined;
  const subject = first.name.text;
  if (returnedName(taking) === subject) {
    const isBoundAgain = scanBody(taking.span).some(
      (each) => each.kind === "import-star" || each.name.text === subject,
    );
    return isBoundAgain ? undefined : { kind: "same" };
  }
  const header = innerFunction(taking);
  return header && { kind: "wrapper", header, passing: passingOf(module, decorator, header) };
}

/** The nested function that a function always returns. */
function innerFunction(outer: FunctionHeader): FunctionHeader | undefined {
  const name = returnedName(outer);
  if (name === undefined || outer.isAsync) return undefined;
  const bindings = scanBody(outer.span).filter((each) => each.kind === "import-star" || each.name.text === name);
  const [only] = bindings;
  if (bindings.length !== 1 || only?.kind !== "function" || only.reach !== "always" || only.isBroken) return undefined;
  return only;
}

/** The name that every `return` of a function returns. */
function returnedName(header: FunctionHeader): string | undefined {
  const names = new Set(
    returnsOf(header).map((cursor) => {
      const name = nameAt(cursor)?.text;
      advance(cursor);
      return cursor.kind === "end" || isOperator(cursor, ";") ? name : undefined;
    }),
  );
  const [name] = names;
  return names.size === 1 ? name : undefined;
}

/** Cursors after each `return` in a function's own body. */
function returnsOf(header: FunctionHeader): readonly Cursor[] {
  const { from } = linesOf(header.span.source);
  return ownLines(header.span).flatMap(({ start, end }) => {
    const found: Cursor[] = [];
    for (const cursor = cursorOver(from, start, end); cursor.kind !== "end"; advance(cursor)) {
      if (!isWord(cursor, "return")) continue;
      const value = copyOf(cursor);
      advance(value);
      found.push(value);
    }
    return found;
  });
}

function passingOf(module: PythonModule, decorator: FunctionHeader, wrapper: FunctionHeader): Passing {
  const subject = subjectOf(decorator, wrapper);
  const [rest, options, third] = wrapper.parameters;
  const isOpen = rest?.kind === "var-positional" && options?.kind === "var-keyword" && third === undefined;
  if (subject === undefined || !isOpen || !hasTransparentDecorators(module, wrapper, subject)) return undefined;
  const { from } = linesOf(wrapper.span.source);
  const lines = ownLines(wrapper.span);
  const body = lines.map((line) => readLine(from, line, [subject, rest.name.text, options.name.text]));
  if (body.some(({ isDoubtful }) => isDoubtful)) return undefined;
  const certain = certainLines(from, lines);
  const first = body.findIndex(({ calls }) => calls > 0);
  const leaves = body.findIndex(({ leaves }) => leaves);
  if (first < 0 || !certain.has(first) || (leaves >= 0 && leaves < first)) return undefined;
  return body.every(({ leaves: does, returnsCall }) => does === returnsCall) && body[first]?.returnsCall
    ? "same"
    : "passes";
}

/** The parameter that holds the wrapped function. */
function subjectOf(decorator: FunctionHeader, wrapper: FunctionHeader): string | undefined {
  const direct = [decorator, ...decorator.inner.flatMap((each) => (each.kind === "function" ? [each] : []))];
  const owner = direct.find((each) => each.inner.some(({ name }) => name.span.start === wrapper.name.span.start));
  return owner?.parameters[0]?.name.text;
}

/** Whether none of a wrapper's own decorators change its signature. `functools.wraps` only copies documentation. */
export function hasTransparentDecorators(module: PythonModule, wrapper: FunctionHeader, subject?: string): boolean {
  return unknownDecorators(module, wrapper).every((each) => {
    const isWraps = decoratorPath(module, each) === "functools.wraps";
    return isWraps && (subject === undefined || new RegExp(`\\(\\s*${subject}\\s*[,)]`).test(each.expression.text));
  });
}

interface ReadLine {
  /** How many times the wrapped function is called with exactly the same arguments. */
  readonly calls: number;
  /** Whether the line may exit the function. */
  readonly leaves: boolean;
  /** Whether the line is `return function(*args, **options)`. */
  readonly returnsCall: boolean;
  /** Whether the line uses the function or its arguments in any other way, or handles exceptions. */
  readonly isDoubtful: boolean;
}

const LEAVING: ReadonlySet<string> = new Set(["return", "raise", "yield", "break", "continue"]);
const BRANCHING: ReadonlySet<string> = new Set(["if", "else", "and", "or", "lambda", "for", "while", "match", "case"]);
const CATCHING: ReadonlySet<string> = new Set(["except", "suppress", "nonlocal", "global", "del"]);

function readLine(from: PythonText, { start, end }: LogicalLine, names: readonly [string, string, string]): ReadLine {
  const [subject, rest, options] = names;
  let calls = 0;
  let others = 0;
  let leaves = false;
  let isBranching = false;
  let isDoubtful = false;
  const cursor = cursorOver(from, start, end);
  const isReturn = isWord(cursor, "return");
  let returnsCall = false;
  while (cursor.kind !== "end") {
    const word = cursor.kind === "name" ? from.text.slice(cursor.start, cursor.stop) : "";
    leaves ||= LEAVING.has(word);
    isBranching ||= BRANCHING.has(word);
    isDoubtful ||= CATCHING.has(word);
    const name = nameAt(cursor)?.text;
    if (name === subject && skipCall(cursor, rest, options)) {
      calls++;
      returnsCall = isReturn && isAtEnd(cursor);
      continue;
    }
    if (name === options) others++;
    advance(cursor);
    const isTarget =
      cursor.kind === "operator" && /^(?::|[^=!<>:]{0,2})=$/.test(from.text.slice(cursor.start, cursor.stop));
    if (isTarget && (name === subject || name === rest)) isDoubtful = true;
    if (name === subject && isOperator(cursor, "(")) others++;
  }
  return {
    calls: isBranching ? 0 : calls,
    leaves,
    returnsCall: returnsCall && calls === 1 && !isBranching,
    isDoubtful: isDoubtful || others > 0,
  };
}

function isAtEnd(cursor: Cursor): boolean {
  return cursor.kind === "end";
}

/** Skips `function(*args, **options)`. */
function skipCall(cursor: Cursor, rest: string, options: string): boolean {
  const ahead = copyOf(cursor);
  advance(ahead);
  const isCall =
    skipOperator(ahead, "(") &&
    skipOperator(ahead, "*") &&
    skipWord(ahead, rest) &&
    skipOperator(ahead, ",") &&
    skipOperator(ahead, "**") &&
    skipWord(ahead, options);
  if (!isCall) return false;
  skipOperator(ahead, ",");
  if (!skipOperator(ahead, ")")) return false;
  Object.assign(cursor, ahead);
  return true;
}

const OPENING: ReadonlySet<string> = new Set([
  ...["if", "elif", "else", "for", "while", "try", "match", "case", "finally", "async"],
]);

/** The lines that run whenever the lines before them ran: those of the body itself, and of `with` blocks. */
function certainLines(from: PythonText, lines: readonly LogicalLine[]): ReadonlySet<number> {
  const certain = new Set<number>();
  let open = Number.POSITIVE_INFINITY;
  for (const [at, { start, end, indent }] of lines.entries()) {
    if (indent > open) continue;
    const word = takeWord(from, start, end);
    open = OPENING.has(word) ? indent : Number.POSITIVE_INFINITY;
    if (!OPENING.has(word)) certain.add(at);
  }
  return certain;
}

function takeWord(from: PythonText, start: number, end: number): string {
  const cursor = cursorOver(from, start, end);
  return cursor.kind === "name" ? from.text.slice(cursor.start, cursor.stop) : "";
}

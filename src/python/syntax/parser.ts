import { type Place, Refusal, type SyntaxMistake, type SyntaxMistakeKind } from "./mistake.ts";
import { type NameScope, scopeIn } from "./scope.ts";
import { Kind, startsExpression } from "./token-kinds.ts";
import type { Tokens } from "./tokenize.ts";

/**
 * After the grammar, CPython checks `__future__`, the names in scopes, `nonlocal`, and then everything else, in this
 * order.
 */
export type Phase = "future" | "names" | "nonlocal" | "code";

/** The form of an expression, as far as it matters for assigning to it. */
export type Form =
  | "name"
  | "attribute"
  | "subscript"
  | "starred"
  | "tuple"
  | "list"
  | "call"
  | "literal"
  | "constant"
  | "f-string"
  | "operation"
  | "comparison"
  | "condition"
  | "lambda"
  | "yield"
  | "await"
  | "assignment"
  | "dictionary"
  | "set"
  | "comprehension"
  | "generator";

/** The state of the parser. */
export interface Parser {
  readonly tokens: Tokens;
  readonly text: string;
  readonly kinds: readonly number[];
  at: number;
  /** The number of open brackets. */
  depth: number;
  /** For the last expression: the part that cannot be assigned to, and the position of a star. */
  invalid: Invalid | undefined;
  starred: number;
  /** A second star in the same tuple or list. */
  secondStar: number;
  /** The token range of the last operation, after which a comma may be missing. */
  operationStart: number;
  operationEnd: number;
  scope: NameScope;
  /** Whether `from __future__ import` is still allowed: only a docstring may precede it. */
  takesFuture: boolean;
  /** The tokens of `await` and of asynchronous comprehensions outside of `async def`, and of every `yield`. */
  readonly awaits: number[];
  readonly yields: number[];
  /** Names before `:=`, with their scope. */
  readonly walruses: { readonly token: number; readonly scope: NameScope }[];
  /** The first mistake of each later phase. */
  readonly later: Map<Phase, SyntaxMistake>;
  readonly nonlocals: { readonly token: number; readonly scope: NameScope }[];
  readonly exceptionCommas: { readonly token: number; readonly scope: NameScope }[];
}

/** A part of an expression that is not a valid target. */
export interface Invalid {
  readonly token: number;
  readonly end: number;
  readonly form: Form;
}

/** A parser at the first token. */
export function parserOver(tokens: Tokens): Parser {
  return {
    ...{
      tokens,
      text: tokens.text,
      kinds: tokens.kinds,
      at: 0,
      depth: 0,
      invalid: undefined,
      starred: -1,
      secondStar: -1,
    },
    ...{
      operationStart: 0,
      operationEnd: -1,
      scope: scopeIn(undefined, "module"),
      awaits: [],
      yields: [],
      walruses: [],
      takesFuture: true,
    },
    ...{ later: new Map(), nonlocals: [], exceptionCommas: [] },
  };
}

/** The kind of a token relative to the current one. */
export function kindAt({ kinds, at }: Parser, offset = 0): number {
  return kinds[at + offset] ?? Kind.END;
}

export function take(parser: Parser, kind: number): boolean {
  if (kindAt(parser) !== kind) return false;
  parser.at++;
  return true;
}

/** Consumes a required token. */
export function expect(parser: Parser, kind: number): void {
  if (!take(parser, kind)) unexpected(parser);
}

/** Consumes a name and returns its token. */
export function expectName(parser: Parser): number {
  expect(parser, Kind.NAME);
  return parser.at - 1;
}

export function wordOf({ tokens, text }: Parser, token: number): string {
  return text.slice(tokens.starts[token], tokens.ends[token]);
}

/** Whether the current token is a soft keyword. */
export function isSoft(parser: Parser, word: string): boolean {
  return kindAt(parser) === Kind.NAME && wordOf(parser, parser.at) === word;
}

/** The range from one token to another. */
export function tokenRange({ tokens }: Parser, from: number, to = from): Place {
  const start = tokens.starts[from] ?? 0;
  return { start, end: Math.max(tokens.ends[to] ?? start, start) };
}

/** Stops parsing with a mistake at the given tokens. */
export function fail(
  parser: Parser,
  kind: SyntaxMistakeKind,
  from = parser.at,
  to = from,
  detail?: string,
  other?: Place,
): never {
  const more = { ...(detail !== undefined && { detail }), ...(other !== undefined && { other }) };
  throw new Refusal({ kind, ...tokenRange(parser, from, to), ...more });
}

/** Records a mistake that CPython only reports if the grammar of the entire file is correct. */
export function failLater({ later }: Parser, phase: Phase, mistake: SyntaxMistake): void {
  if (!later.has(phase)) later.set(phase, mistake);
}

/** Stops parsing at an unexpected token, with a mistake that describes it. */
export function unexpected(parser: Parser, token = parser.at): never {
  const { tokens, kinds } = parser;
  const kind = kinds[token] ?? Kind.END;
  const word = wordOf(parser, token);
  if (kind === Kind.ERROR) throw new Refusal(tokens.error);
  if (kind === Kind.INDENT) fail(parser, "indent", token + 1);
  if (kind === Kind.NEWLINE || kind === Kind.END) fail(parser, "unexpected-end", token);
  if (kind === Kind.OLD_NOT_EQUAL) fail(parser, "old-not-equal", token);
  if (word === "`") fail(parser, "old-backtick", token);
  if (kind === Kind.BANG || kind === Kind.PERCENT || word === "?") {
    const before = kinds[token - 1] ?? Kind.NEWLINE;
    if (before === Kind.NEWLINE || before === Kind.INDENT || before === Kind.DEDENT)
      fail(parser, "notebook-command", token);
  }
  if (isOldPrefix(parser, token)) fail(parser, "old-prefix", token - 1, token);
  if (kind === Kind.ASSIGN && endsOperand(kinds[token - 1] ?? Kind.END))
    fail(parser, "assignment-in-expression", token);
  if (kind === Kind.ELSE || kind === Kind.ELIF || kind === Kind.EXCEPT || kind === Kind.FINALLY)
    fail(parser, "orphan-clause", token, token, word);
  fail(parser, "unexpected", token, token, word);
}

/** Whether an expression can end with a token of this kind. */
export function endsOperand(kind: number): boolean {
  if (kind < Kind.ROUND) return (kind >= Kind.NAME && kind <= Kind.BYTES) || kind === Kind.FORMATTED_END;
  return (kind >= Kind.ROUND_END && kind <= Kind.CURLY_END) || (kind >= Kind.FALSE && kind <= Kind.TRUE);
}

/** `ur"…"` in Python 2. */
function isOldPrefix(parser: Parser, token: number): boolean {
  const { tokens, kinds } = parser;
  if (kinds[token] !== Kind.STRING && kinds[token] !== Kind.FORMATTED) return false;
  return tokens.ends[token - 1] === tokens.starts[token] && /^(?:ur|br|fr)$/i.test(wordOf(parser, token - 1));
}

/** Whether two expressions are adjacent in brackets, where CPython suggests a missing comma. */
export function isCommaMissing({ kinds, at, depth, operationStart, operationEnd }: Parser): boolean {
  if (depth === 0 || operationEnd !== at || !startsExpression(kinds[at] ?? Kind.END)) return false;
  const isPrefixed = at - operationStart === 1 && kinds[operationStart] === Kind.NAME;
  return !(isPrefixed && kinds[at] === Kind.STRING);
}

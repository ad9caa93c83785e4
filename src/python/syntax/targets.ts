import { endsOperand, failLater, kindAt, type Parser, tokenRange, wordOf } from "./parser.ts";
import type { NameScope } from "./scope.ts";
import { Kind } from "./token-kinds.ts";

/** Records that a name is bound in the current scope. */
export function bind(parser: Parser, token: number): void {
  parser.scope.bound.push(token);
  if (wordOf(parser, token) === "__debug__")
    failLater(parser, "code", { kind: "bad-target", ...tokenRange(parser, token), detail: "constant" });
}

/** Binds the names in the targets between two tokens. */
export function bindNames(parser: Parser, from: number, to: number): void {
  for (const token of namesIn(parser, from, to)) bind(parser, token);
}

/** The names in the targets between two tokens, except owners of attributes and items. */
export function* namesIn({ kinds }: Parser, from: number, to: number): Generator<number> {
  let subscripts = 0;
  for (let at = from; at < to; at++) {
    const kind = kinds[at] ?? Kind.END;
    const before = at > from ? (kinds[at - 1] ?? Kind.END) : Kind.END;
    const isOpening = kind === Kind.ROUND || kind === Kind.SQUARE || kind === Kind.CURLY;
    const isClosing = kind === Kind.ROUND_END || kind === Kind.SQUARE_END || kind === Kind.CURLY_END;
    if (subscripts > 0) subscripts += isOpening ? 1 : isClosing ? -1 : 0;
    else if (isOpening && endsOperand(before)) subscripts = 1;
    else if (kind === Kind.NAME && before !== Kind.DOT && !(at + 1 < to && isOwner(kinds[at + 1] ?? Kind.END)))
      yield at;
  }
}

function isOwner(kind: number): boolean {
  return kind === Kind.DOT || kind === Kind.ROUND || kind === Kind.SQUARE;
}

/** Whether a scope has a name in one of these ways so far. Only valid between statements. */
export function hasName(parser: Parser, scope: NameScope, how: keyof NameScope["names"], word: string): boolean {
  const tokens = scope[how];
  const names = scope.names[how];
  for (; names.looked < tokens.length; names.looked++) names.words.add(wordOf(parser, tokens[names.looked] ?? 0));
  return names.words.has(word);
}

/** Whether a scope or an enclosing one binds the name of a token. With `only`, other kinds of scopes are skipped. */
export function isBoundIn(
  parser: Parser,
  from: NameScope | undefined,
  token: number,
  only?: NameScope["kind"],
): boolean {
  const word = wordOf(parser, token);
  for (let scope = from; scope !== undefined; scope = scope.parent) {
    if (only !== undefined && scope.kind !== only) continue;
    if (hasName(parser, scope, "bound", word) || hasName(parser, scope, "parameters", word)) return true;
  }
  return false;
}

/** Whether the current token can only be the end of a simple statement. */
export function isStatementEnd(parser: Parser): boolean {
  const kind = kindAt(parser);
  return kind === Kind.NEWLINE || kind === Kind.SEMICOLON;
}

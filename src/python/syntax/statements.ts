// Parses compound statements and the blocks of a module.

import {
  failTarget,
  readArguments,
  readExpression,
  readExpressions,
  readLoopTarget,
  readNamed,
  readOperation,
  readStrings,
  refuseSecondStar,
  refuseStar,
} from "./expressions.ts";
import { readParameters, readTypeParameters } from "./parameters.ts";
import {
  expect,
  expectName,
  fail,
  failLater,
  isSoft,
  kindAt,
  type Parser,
  take,
  tokenRange,
  unexpected,
  wordOf,
} from "./parser.ts";
import { readCasePattern } from "./patterns.ts";
import { scopeIn } from "./scope.ts";
import { readSimpleLine } from "./simple.ts";
import { bind, bindNames } from "./targets.ts";
import { Kind, startsExpression } from "./token-kinds.ts";

/** Parses all statements of a module. */
export function readModule(parser: Parser): void {
  while (kindAt(parser) !== Kind.END) readStatement(parser);
}

function readStatement(parser: Parser): void {
  const start = parser.at;
  switch (kindAt(parser)) {
    case Kind.IF:
      readIf(parser);
      return;
    case Kind.WHILE:
      parser.at++;
      readNamed(parser);
      readLoop(parser, start);
      return;
    case Kind.FOR:
      readFor(parser, start);
      return;
    case Kind.TRY:
      readTry(parser);
      return;
    case Kind.WITH:
      readWith(parser, start);
      return;
    case Kind.DEF:
      readFunction(parser, false);
      return;
    case Kind.CLASS:
      readClass(parser);
      return;
    case Kind.ASYNC:
      readAsync(parser);
      return;
    case Kind.AT:
      readDecorated(parser);
      return;
    default:
      if (isMatch(parser)) readMatch(parser);
      else readSimpleLine(parser);
  }
}

/**
 * Parses a colon and the statements after it, on the same line or indented. `head` is the first token of the compound
 * statement.
 */
function readBlock(parser: Parser, head: number): void {
  parser.takesFuture = false;
  if (kindAt(parser) === Kind.ASSIGN) unexpected(parser);
  if (!take(parser, Kind.COLON)) {
    if (kindAt(parser) === Kind.NEWLINE) failWithoutColon(parser, head);
    unexpected(parser);
  }
  if (!take(parser, Kind.NEWLINE)) {
    readSimpleLine(parser);
    return;
  }
  if (!take(parser, Kind.INDENT)) {
    if (kindAt(parser) === Kind.ERROR) unexpected(parser);
    const at =
      kindAt(parser) === Kind.DEDENT
        ? parser.kinds.findIndex((kind, i) => i >= parser.at && kind !== Kind.DEDENT)
        : parser.at;
    fail(parser, "expected-block", at, at, wordOf(parser, head), tokenRange(parser, head));
  }
  while (!take(parser, Kind.DEDENT)) readStatement(parser);
}

/** Stops parsing at a header without a colon; if the header has several lines, at its end. */
function failWithoutColon(parser: Parser, head: number): never {
  const last = parser.at - 1;
  const { start, end } = tokenRange(parser, head, last);
  const isOneLine = !/[\r\n]/.test(parser.text.slice(start, end));
  return fail(parser, "expected-colon", isOneLine ? head : last, last, wordOf(parser, head));
}

function readIf(parser: Parser): void {
  let head = parser.at++;
  readNamed(parser);
  readBlock(parser, head);
  while (kindAt(parser) === Kind.ELIF) {
    head = parser.at++;
    readNamed(parser);
    readBlock(parser, head);
  }
  readElse(parser);
}

function readElse(parser: Parser): void {
  const head = parser.at;
  if (take(parser, Kind.ELSE)) readBlock(parser, head);
}

/** The blocks of a loop. The `else` block is not inside the loop. */
function readLoop(parser: Parser, head: number): void {
  const { scope } = parser;
  scope.loops++;
  readBlock(parser, head);
  scope.loops--;
  readElse(parser);
}

function readFor(parser: Parser, head: number): void {
  parser.at++;
  readLoopTarget(parser, true);
  expect(parser, Kind.IN);
  const start = parser.at;
  refuseStar(parser, readExpressions(parser), start);
  readLoop(parser, head);
}

function readAsync(parser: Parser): void {
  const start = parser.at++;
  const kind = kindAt(parser);
  if (kind === Kind.DEF) {
    readFunction(parser, true);
    return;
  }
  if (kind !== Kind.FOR && kind !== Kind.WITH) unexpected(parser);
  const detail = `async ${wordOf(parser, parser.at)}`;
  if (!parser.scope.isAsync)
    failLater(parser, "code", { kind: "async-only", ...tokenRange(parser, start, parser.at), detail });
  if (kind === Kind.FOR) readFor(parser, parser.at);
  else readWith(parser, parser.at);
}

function readDecorated(parser: Parser): void {
  while (take(parser, Kind.AT)) {
    readNamed(parser);
    expect(parser, Kind.NEWLINE);
  }
  const kind = kindAt(parser);
  if (kind !== Kind.DEF && kind !== Kind.CLASS && !(kind === Kind.ASYNC && kindAt(parser, 1) === Kind.DEF))
    unexpected(parser, kind === Kind.ASYNC ? parser.at + 1 : parser.at);
  readStatement(parser);
}

function readFunction(parser: Parser, isAsync: boolean): void {
  const head = parser.at++;
  const outer = parser.scope;
  bind(parser, expectName(parser));
  readTypeParameters(parser, readExpression);
  expect(parser, Kind.ROUND);
  parser.depth++;
  const parameters = readParameters(parser, Kind.ROUND_END, readExpression);
  expect(parser, Kind.ROUND_END);
  parser.depth--;
  if (take(parser, Kind.ARROW)) readExpression(parser);
  const scope = scopeIn(outer, "function", isAsync, parameters);
  parser.scope = scope;
  readBlock(parser, head);
  parser.scope = outer;
  if (isAsync && scope.isGenerator && scope.returned >= 0)
    failLater(parser, "code", { kind: "return-in-generator", ...tokenRange(parser, scope.returned) });
}

function readClass(parser: Parser): void {
  const head = parser.at++;
  const outer = parser.scope;
  bind(parser, expectName(parser));
  readTypeParameters(parser, readExpression);
  if (kindAt(parser) === Kind.ROUND) readArguments(parser, true);
  parser.scope = scopeIn(outer, "class");
  readBlock(parser, head);
  parser.scope = outer;
}

function readWith(parser: Parser, head: number): void {
  parser.at++;
  const isBracketed = hasItemsInBrackets(parser);
  if (isBracketed) {
    parser.at++;
    parser.depth++;
  }
  do {
    if (isBracketed && kindAt(parser) === Kind.ROUND_END) break;
    readExpression(parser);
    if (take(parser, Kind.AS)) readWithTarget(parser);
  } while (take(parser, Kind.COMMA));
  if (isBracketed) {
    expect(parser, Kind.ROUND_END);
    parser.depth--;
  }
  readBlock(parser, head);
}

/** Whether the bracket contains `as` and is followed by a colon: `with (open(a) as b, c):`. */
function hasItemsInBrackets({ kinds, at }: Parser): boolean {
  if (kinds[at] !== Kind.ROUND) return false;
  let depth = 0;
  let hasAs = false;
  for (let i = at; i < kinds.length; i++) {
    const kind = kinds[i] ?? Kind.END;
    if (kind === Kind.AS && depth === 1) hasAs = true;
    if (kind >= Kind.ROUND && kind <= Kind.CURLY) depth++;
    else if (kind >= Kind.ROUND_END && kind <= Kind.CURLY_END && --depth === 0)
      return hasAs && kinds[i + 1] === Kind.COLON;
  }
  return false;
}

/** A target after `as`; a tuple needs parentheses. */
function readWithTarget(parser: Parser): void {
  const start = parser.at;
  const read = parser.scope.read.length;
  const form = readExpression(parser);
  if (parser.invalid !== undefined) failTarget(parser, parser.invalid);
  refuseStar(parser, form, start);
  refuseSecondStar(parser);
  parser.scope.read.length = read;
  bindNames(parser, start, parser.at);
}

function readTry(parser: Parser): void {
  const head = parser.at++;
  readBlock(parser, head);
  if (kindAt(parser) !== Kind.EXCEPT && kindAt(parser) !== Kind.FINALLY) {
    if (kindAt(parser) === Kind.ERROR) unexpected(parser);
    const at = parser.kinds.findIndex((kind, i) => i >= parser.at && kind !== Kind.DEDENT && kind !== Kind.INDENT);
    fail(parser, "expected-handler", at, at, undefined, tokenRange(parser, head));
  }
  let isStar: boolean | undefined;
  let bare = -1;
  while (kindAt(parser) === Kind.EXCEPT) {
    const start = parser.at;
    const isGroup = kindAt(parser, 1) === Kind.STAR;
    if (isStar !== undefined && isStar !== isGroup) fail(parser, "except-mixed", start);
    isStar = isGroup;
    if (bare >= 0) failLater(parser, "code", { kind: "default-except-order", ...tokenRange(parser, bare) });
    if (readHandler(parser, isGroup)) bare = start;
  }
  if (bare >= 0 || isStar !== undefined) readElse(parser);
  const last = parser.at;
  if (take(parser, Kind.FINALLY)) readBlock(parser, last);
}

/** Parses one `except`. Returns whether it catches everything. */
function readHandler(parser: Parser, isGroup: boolean): boolean {
  const { scope } = parser;
  const head = parser.at++;
  if (isGroup) parser.at++;
  const isBare = !isGroup && kindAt(parser) === Kind.COLON;
  if (!isBare) {
    readExpression(parser);
    if (kindAt(parser) === Kind.COMMA) readMoreExceptions(parser);
    else if (take(parser, Kind.AS)) bindHandled(parser);
  }
  const before = scope.exceptStar;
  scope.exceptStar = isGroup ? scope.loops : before;
  readBlock(parser, head);
  scope.exceptStar = before;
  return isBare;
}

function bindHandled(parser: Parser): void {
  const name = parser.at;
  const form = readExpression(parser);
  if (form !== "name") fail(parser, "bad-target", name, parser.at - 1, form);
  bind(parser, name);
}

/** Python 3.14 accepts several exceptions without parentheses; `except E, e` in Python 2 looks the same. */
function readMoreExceptions(parser: Parser): void {
  const { scope, exceptionCommas } = parser;
  const second = parser.at + 1;
  let count = 1;
  while (take(parser, Kind.COMMA)) {
    if (!startsExpression(kindAt(parser))) break;
    readExpression(parser);
    count++;
  }
  if (kindAt(parser) === Kind.AS) fail(parser, "exception-comma", second - 1);
  const isName = parser.at === second + 1 && /^[a-z_]/.test(wordOf(parser, second));
  if (count === 2 && isName) exceptionCommas.push({ token: second, scope });
}

/** Whether `match` starts a statement: a value follows, and the line ends with a colon. */
function isMatch(parser: Parser): boolean {
  if (!isSoft(parser, "match")) return false;
  const { kinds, at } = parser;
  const next = kindAt(parser, 1);
  if (!startsExpression(next) && next !== Kind.STAR) return false;
  const isValue = next < Kind.ROUND || next === Kind.CURLY || next >= Kind.FALSE || next === Kind.TILDE;
  if (isValue && next !== Kind.NOT) return true;
  const end = kinds.indexOf(Kind.NEWLINE, at);
  return end > at + 2 && kinds[end - 1] === Kind.COLON;
}

function readMatch(parser: Parser): void {
  const head = parser.at++;
  readSubject(parser);
  if (!take(parser, Kind.COLON)) {
    if (kindAt(parser) === Kind.NEWLINE) failWithoutColon(parser, head);
    unexpected(parser);
  }
  expect(parser, Kind.NEWLINE);
  if (!take(parser, Kind.INDENT)) {
    if (kindAt(parser) === Kind.ERROR) unexpected(parser);
    fail(parser, "expected-block", parser.at, parser.at, "match", tokenRange(parser, head));
  }
  let all = -1;
  do {
    if (!isSoft(parser, "case")) unexpected(parser);
    if (all >= 0) failLater(parser, "code", { kind: "unreachable-case", ...tokenRange(parser, all) });
    const start = parser.at++;
    all = readCasePattern(parser, readStrings);
    if (take(parser, Kind.IF)) {
      readNamed(parser);
      all = -1;
    }
    readBlock(parser, start);
  } while (!take(parser, Kind.DEDENT));
}

/** The subject of `match`: one or more comma-separated values, each optionally `name := value`. */
function readSubject(parser: Parser): void {
  do {
    if (kindAt(parser) === Kind.COLON) break;
    if (take(parser, Kind.STAR)) readOperation(parser);
    else readNamed(parser);
  } while (take(parser, Kind.COMMA));
}

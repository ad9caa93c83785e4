// Parses simple statements, which are on one line or separated by semicolons.

import {
  failTarget,
  isOldStatement,
  readExpression,
  readExpressions,
  readValue,
  refuseSecondStar,
  refuseStar,
} from "./expressions.ts";
import { readTypeParameters } from "./parameters.ts";
import {
  expect,
  expectName,
  type Form,
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
import { bind, bindNames, hasName, isStatementEnd } from "./targets.ts";
import { Kind, startsExpression } from "./token-kinds.ts";

/** Parses the simple statements of a line, and its end. */
export function readSimpleLine(parser: Parser): void {
  do {
    const start = parser.at;
    readSimple(parser);
    if (!isStatementEnd(parser)) failAfter(parser, start);
    parser.takesFuture &&= isDocstring(parser, start) || isFutureImport(parser, start);
    if (kindAt(parser) === Kind.SEMICOLON && kindAt(parser, 1) === Kind.NEWLINE) parser.at++;
  } while (take(parser, Kind.SEMICOLON));
  parser.at++;
}

/** Whether the statement is the module's docstring, the only one that may precede `from __future__`. */
function isDocstring({ kinds, at }: Parser, start: number): boolean {
  if (start > 0) return false;
  for (let i = start; i < at; i++) if (kinds[i] !== Kind.STRING) return false;
  return true;
}

function isFutureImport(parser: Parser, start: number): boolean {
  return parser.kinds[start] === Kind.FROM && wordOf(parser, start + 1) === "__future__";
}

/** Stops parsing after a statement that should have ended: a Python 2 statement, or something unexpected. */
function failAfter(parser: Parser, start: number): never {
  const { at } = parser;
  parser.at = start;
  const isOld = isOldStatement(parser) && at === start + 1;
  parser.at = at;
  if (isOld && startsExpression(kindAt(parser))) fail(parser, "old-statement", start, start, wordOf(parser, start));
  return unexpected(parser);
}

function readSimple(parser: Parser): void {
  const start = parser.at;
  switch (kindAt(parser)) {
    case Kind.PASS:
      parser.at++;
      return;
    case Kind.BREAK:
    case Kind.CONTINUE:
      readJump(parser);
      return;
    case Kind.RETURN:
      readReturn(parser);
      return;
    case Kind.RAISE:
      parser.at++;
      if (isStatementEnd(parser)) return;
      readExpression(parser);
      if (take(parser, Kind.FROM)) readExpression(parser);
      if (kindAt(parser) === Kind.COMMA) fail(parser, "old-raise", parser.at);
      return;
    case Kind.ASSERT:
      parser.at++;
      readExpression(parser);
      if (take(parser, Kind.COMMA)) readExpression(parser);
      return;
    case Kind.DEL:
      readDelete(parser);
      return;
    case Kind.GLOBAL:
    case Kind.NONLOCAL:
      readScopeDeclaration(parser);
      return;
    case Kind.IMPORT:
      readImport(parser);
      return;
    case Kind.FROM:
      readFromImport(parser);
      return;
    case Kind.NAME:
      if (isSoft(parser, "lazy") && (kindAt(parser, 1) === Kind.IMPORT || kindAt(parser, 1) === Kind.FROM)) {
        parser.at++;
        if (kindAt(parser) === Kind.IMPORT) readImport(parser);
        else readFromImport(parser);
        return;
      }
      if (isSoft(parser, "type") && kindAt(parser, 1) === Kind.NAME) {
        parser.at++;
        bind(parser, expectName(parser));
        readTypeParameters(parser, readExpression);
        expect(parser, Kind.ASSIGN);
        readExpression(parser);
        return;
      }
      readAssignment(parser, start);
      return;
    default:
      readAssignment(parser, start);
  }
}

/** `a = b = value`, `a: T = value`, `a += value`, or a value alone. */
function readAssignment(parser: Parser, start: number): void {
  const read = parser.scope.read.length;
  let form = kindAt(parser) === Kind.YIELD ? readValue(parser) : readExpressions(parser);
  const kind = kindAt(parser);
  if (kind === Kind.AUGMENT) {
    refuseNoSingle(parser, form, start, "augmented");
    bindTarget(parser, form, start, read);
    parser.at++;
    readValue(parser);
  } else if (kind === Kind.COLON) {
    readAnnotated(parser, form, start, read);
  } else if (kind !== Kind.ASSIGN) {
    refuseStar(parser, form, start);
  } else {
    for (let target = start; kindAt(parser) === Kind.ASSIGN; ) {
      refuseNoTarget(parser, form, target);
      parser.scope.read.length = read;
      bindNames(parser, target, parser.at);
      parser.at++;
      target = parser.at;
      const isYield = kindAt(parser) === Kind.YIELD;
      form = isYield ? readValue(parser) : readExpressions(parser);
      if (kindAt(parser) !== Kind.ASSIGN) refuseStar(parser, form, target);
    }
  }
}

function refuseNoTarget(parser: Parser, form: Form, start: number): void {
  if (parser.invalid !== undefined) failTarget(parser, parser.invalid);
  refuseSecondStar(parser);
  const place = tokenRange(parser, start, parser.at - 1);
  if (form === "starred") failLater(parser, "code", { kind: "starred", ...place, detail: "target" });
}

/** Binds a target. A name that is assigned is not read. */
function bindTarget(parser: Parser, form: Form, start: number, read: number): void {
  if (form !== "name") return;
  parser.scope.read.length = read;
  bindNames(parser, start, parser.at);
}

const SINGLE: ReadonlySet<Form> = new Set<Form>(["name", "attribute", "subscript"]);

function refuseNoSingle(parser: Parser, form: Form, start: number, what: string): void {
  if (!SINGLE.has(form))
    fail(parser, what === "augmented" ? "bad-target" : "annotation-target", start, parser.at - 1, form);
}

function readAnnotated(parser: Parser, form: Form, start: number, read: number): void {
  const end = parser.at;
  // A colon at the end of the line belongs to a statement without its keyword.
  if (!startsExpression(kindAt(parser, 1)) && kindAt(parser, 1) !== Kind.YIELD)
    unexpected(parser, SINGLE.has(form) ? end + 1 : end);
  if (!SINGLE.has(form)) fail(parser, "annotation-target", start, end - 1, form);
  bindTarget(parser, form, start, read);
  parser.at++;
  readExpression(parser);
  if (take(parser, Kind.ASSIGN)) readValue(parser);
}

function readJump(parser: Parser): void {
  const { scope } = parser;
  const start = parser.at++;
  const isBreak = parser.kinds[start] === Kind.BREAK;
  const kind = isBreak ? "break-outside-loop" : "continue-outside-loop";
  if (scope.loops === 0) failLater(parser, "code", { kind, ...tokenRange(parser, start) });
  else if (scope.loops === scope.exceptStar) refuseInExceptStar(parser, start);
}

function refuseInExceptStar(parser: Parser, token: number): void {
  failLater(parser, "code", { kind: "except-star-jump", ...tokenRange(parser, token), detail: wordOf(parser, token) });
}

function readReturn(parser: Parser): void {
  const { scope } = parser;
  const start = parser.at++;
  if (scope.kind !== "function")
    failLater(parser, "code", { kind: "return-outside-function", ...tokenRange(parser, start) });
  else if (scope.exceptStar >= 0) refuseInExceptStar(parser, start);
  if (isStatementEnd(parser)) return;
  const value = parser.at;
  refuseStar(parser, readExpressions(parser), value);
  if (scope.returned < 0) scope.returned = start;
}

function readDelete(parser: Parser): void {
  const start = ++parser.at;
  const read = parser.scope.read.length;
  readExpressions(parser);
  const { invalid, starred } = parser;
  if (invalid !== undefined) fail(parser, "delete-target", invalid.token, invalid.end, invalid.form);
  if (starred >= 0) fail(parser, "delete-target", starred, starred, "starred");
  parser.scope.read.length = read;
  bindNames(parser, start, parser.at);
}

/** `global a, b` and `nonlocal a, b`. */
function readScopeDeclaration(parser: Parser): void {
  const { scope, nonlocals } = parser;
  const keyword = parser.at++;
  const isGlobal = parser.kinds[keyword] === Kind.GLOBAL;
  do {
    const token = expectName(parser);
    const word = wordOf(parser, token);
    const place = { ...tokenRange(parser, keyword, token), detail: word };
    if (!isGlobal && scope.kind === "module") failLater(parser, "nonlocal", { kind: "nonlocal-at-module", ...place });
    else if (hasName(parser, scope, "parameters", word))
      failLater(parser, "names", { kind: "global-parameter", ...place });
    else if (hasName(parser, scope, "bound", word) || hasName(parser, scope, "read", word))
      failLater(parser, "names", { kind: "global-order", ...place });
    else if (scope.declared.get(word) === !isGlobal)
      failLater(parser, "nonlocal", { kind: "scope-conflict", ...place });
    else if (!isGlobal) nonlocals.push({ token, scope });
    scope.declared.set(word, isGlobal);
  } while (take(parser, Kind.COMMA));
}

/** `import a.b as c, d` */
function readImport(parser: Parser): void {
  parser.at++;
  do {
    const first = expectName(parser);
    while (take(parser, Kind.DOT)) expectName(parser);
    bind(parser, take(parser, Kind.AS) ? expectName(parser) : first);
  } while (take(parser, Kind.COMMA));
}

const FUTURE: ReadonlySet<string> = new Set([
  ...["nested_scopes", "generators", "division", "absolute_import", "with_statement", "print_function"],
  ...["unicode_literals", "barry_as_FLUFL", "generator_stop", "annotations"],
]);

/** `from ..a.b import c as d, e`, with or without parentheses. */
function readFromImport(parser: Parser): void {
  const start = parser.at++;
  while (take(parser, Kind.DOT) || take(parser, Kind.ELLIPSIS));
  const isRelative = parser.at > start + 1;
  const first = parser.at;
  if (!isRelative || kindAt(parser) === Kind.NAME) {
    expectName(parser);
    while (take(parser, Kind.DOT)) expectName(parser);
  }
  const isFuture = parser.at === first + 1 && !isRelative && wordOf(parser, first) === "__future__";
  expect(parser, Kind.IMPORT);
  if (isFuture && !parser.takesFuture)
    failLater(parser, "code", { kind: "future-order", ...tokenRange(parser, start, parser.at - 1) });
  if (take(parser, Kind.STAR)) {
    const place = tokenRange(parser, start, parser.at - 1);
    if (parser.scope.kind !== "module") failLater(parser, "names", { kind: "star-import", ...place });
    return;
  }
  const isBracketed = take(parser, Kind.ROUND);
  do {
    if (isBracketed && kindAt(parser) === Kind.ROUND_END && parser.kinds[parser.at - 1] === Kind.COMMA) break;
    if (!isBracketed && kindAt(parser) === Kind.NEWLINE && parser.kinds[parser.at - 1] === Kind.COMMA)
      fail(parser, "trailing-comma", parser.at - 1);
    const name = expectName(parser);
    if (isFuture && parser.takesFuture && !FUTURE.has(wordOf(parser, name)))
      failLater(parser, "future", {
        kind: "future-feature",
        ...tokenRange(parser, name),
        detail: wordOf(parser, name),
      });
    bind(parser, take(parser, Kind.AS) ? expectName(parser) : name);
  } while (take(parser, Kind.COMMA));
  if (isBracketed) expect(parser, Kind.ROUND_END);
}

// Parses expressions. Accepts what any Python from 3.9 on accepts. Chains of operators, conditions and lambdas are
// parsed by loops, and the tokenizer limits brackets, so the stack cannot overflow.

import { Refusal } from "./mistake.ts";
import { readParameters } from "./parameters.ts";
import {
  expect,
  expectName,
  type Form,
  fail,
  failLater,
  type Invalid,
  isCommaMissing,
  isSoft,
  kindAt,
  type Parser,
  take,
  tokenRange,
  unexpected,
  wordOf,
} from "./parser.ts";
import { scopeIn } from "./scope.ts";
import { bind, bindNames, namesIn } from "./targets.ts";
import { Kind, startsExpression } from "./token-kinds.ts";

/** Comma-separated expressions, any of them starred: the operand of `=`, `return` or `in`. */
export function readExpressions(parser: Parser, stopsAtIn = false): Form {
  const start = parser.at;
  const form = readStarred(parser, stopsAtIn);
  if (kindAt(parser) !== Kind.COMMA) return form;
  const parts = partsFrom(parser, form);
  while (take(parser, Kind.COMMA)) {
    if (!startsExpression(kindAt(parser)) && kindAt(parser) !== Kind.STAR) break;
    addPart(parser, parts, readStarred(parser, stopsAtIn));
  }
  return endParts(parser, parts, "tuple", start);
}

/** The right-hand side of an assignment, where `yield` is allowed, too. A star alone is not a value. */
export function readValue(parser: Parser): Form {
  if (kindAt(parser) === Kind.YIELD) return readYield(parser);
  const start = parser.at;
  const form = readExpressions(parser);
  refuseStar(parser, form, start);
  return form;
}

/** Rejects a star that is the entire value. */
export function refuseStar(parser: Parser, form: Form, start: number): void {
  if (form === "starred") failLater(parser, "code", { kind: "starred", ...tokenRange(parser, start, parser.at - 1) });
}

/** The parts of a tuple or list that are not valid targets, and the positions of its stars. */
interface Parts {
  invalid: Invalid | undefined;
  starred: number;
  hasStar: boolean;
  secondStar: number;
}

function partsFrom({ invalid, starred, secondStar }: Parser, form: Form): Parts {
  return { invalid, starred, hasStar: form === "starred", secondStar };
}

function addPart(parser: Parser, parts: Parts, form: Form): void {
  parts.invalid ??= parser.invalid;
  if (parts.starred < 0) parts.starred = parser.starred;
  if (parts.secondStar < 0) parts.secondStar = form === "starred" && parts.hasStar ? parser.starred : parser.secondStar;
  parts.hasStar ||= form === "starred";
}

function endParts(parser: Parser, { invalid, starred, secondStar }: Parts, form: Form, start: number): Form {
  parser.invalid = form === "tuple" || form === "list" ? invalid : invalidFrom(parser, start, form);
  parser.starred = starred;
  parser.secondStar = secondStar;
  return form;
}

function invalidFrom(parser: Parser, token: number, form: Form): Invalid {
  return { token, end: parser.at - 1, form };
}

function readStarred(parser: Parser, stopsAtIn: boolean): Form {
  const star = parser.at;
  if (!take(parser, Kind.STAR)) {
    return readNamed(parser, stopsAtIn, true);
  }
  const inner = readOperation(parser, stopsAtIn);
  if (inner !== "tuple" && inner !== "list") forgetStars(parser);
  parser.starred = star;
  return "starred";
}

function forgetStars(parser: Parser): void {
  parser.starred = -1;
  parser.secondStar = -1;
}

/** An expression; in brackets and conditions, also `name := expression`. */
export function readNamed(parser: Parser, stopsAtIn = false, isPlain = false): Form {
  const start = parser.at;
  if (kindAt(parser) === Kind.NAME && kindAt(parser, 1) === Kind.WALRUS && (!isPlain || parser.depth > 0)) {
    bind(parser, start);
    parser.walruses.push({ token: start, scope: parser.scope });
    parser.at += 2;
    readExpression(parser);
    parser.invalid = invalidFrom(parser, start, "assignment");
    forgetStars(parser);
    return "assignment";
  }
  const form = readExpression(parser, stopsAtIn);
  if (kindAt(parser) === Kind.WALRUS && !(isPlain && parser.depth === 0))
    fail(parser, "walrus-target", start, parser.at - 1);
  return form;
}

/** An expression without commas, stars or `:=`. */
export function readExpression(parser: Parser, stopsAtIn = false): Form {
  const start = parser.at;
  const { scope } = parser;
  let form: Form | undefined;
  for (;;) {
    if (take(parser, Kind.LAMBDA)) {
      form ??= "lambda";
      const parameters = readParameters(parser, Kind.COLON, readExpression);
      expect(parser, Kind.COLON);
      parser.scope = scopeIn(parser.scope, "function", false, parameters);
      continue;
    }
    const before = parser.at;
    const operation = readOperation(parser, stopsAtIn);
    if (!take(parser, Kind.IF)) {
      form ??= operation;
      break;
    }
    form ??= "condition";
    readOperation(parser, false);
    if (!take(parser, Kind.ELSE)) {
      if (kindAt(parser) === Kind.COLON || kindAt(parser) === Kind.ERROR) unexpected(parser);
      fail(parser, "missing-else", before, parser.at - 1);
    }
  }
  if (form === "lambda" || form === "condition") parser.invalid = invalidFrom(parser, start, form);
  if (form !== "tuple" && form !== "list") forgetStars(parser);
  parser.scope = scope;
  return form;
}

const isSign = (kind: number) => kind === Kind.MINUS || kind === Kind.PLUS || kind === Kind.TILDE;

/** Operands separated by operators. Precedence does not matter here, except for `not`. */
export function readOperation(parser: Parser, stopsAtIn = false): Form {
  const start = parser.at;
  let form: Form | undefined;
  let takesNot = true;
  for (;;) {
    const first = parser.at;
    if (takesNot) while (take(parser, Kind.NOT));
    while (isSign(kindAt(parser))) parser.at++;
    const isPrefixed = parser.at > first;
    const operand = readAwaited(parser);
    if (isPrefixed) form ??= "operation";
    const kind = kindAt(parser);
    if (kind >= Kind.STAR && kind <= Kind.CARET) {
      form ??= "operation";
      takesNot = false;
      parser.at++;
    } else if (isComparison(parser, kind, stopsAtIn)) {
      if (form !== "condition") form = "comparison";
      takesNot = false;
      parser.at += kind === Kind.NOT || (kind === Kind.IS && kindAt(parser, 1) === Kind.NOT) ? 2 : 1;
    } else if (kind === Kind.AND || kind === Kind.OR) {
      form = "condition";
      takesNot = true;
      parser.at++;
    } else {
      form ??= operand;
      break;
    }
  }
  if (form === "operation" || form === "comparison" || form === "condition")
    parser.invalid = invalidFrom(parser, start, form === "condition" ? "operation" : form);
  parser.operationStart = start;
  parser.operationEnd = parser.at;
  return form === "condition" ? "operation" : form;
}

function isComparison(parser: Parser, kind: number, stopsAtIn: boolean): boolean {
  if (kind >= Kind.LESS && kind <= Kind.NOT_EQUAL) return true;
  if (kind === Kind.OLD_NOT_EQUAL) return parser.text.includes("barry_as_FLUFL");
  if (kind === Kind.IN) return !stopsAtIn;
  return kind === Kind.IS || (kind === Kind.NOT && kindAt(parser, 1) === Kind.IN && !stopsAtIn);
}

function readAwaited(parser: Parser): Form {
  const start = parser.at;
  if (!take(parser, Kind.AWAIT)) return readPrimary(parser);
  if (!parser.scope.isAsync) parser.awaits.push(start);
  readPrimary(parser);
  parser.invalid = invalidFrom(parser, start, "await");
  return "await";
}

/** A value followed by attributes, calls and subscripts. */
function readPrimary(parser: Parser): Form {
  const start = parser.at;
  let form = readAtom(parser);
  for (;;) {
    const kind = kindAt(parser);
    if (kind === Kind.DOT) {
      parser.at++;
      expectName(parser);
      form = "attribute";
    } else if (kind === Kind.ROUND) {
      readArguments(parser);
      form = "call";
    } else if (kind === Kind.SQUARE) {
      readSubscript(parser);
      form = "subscript";
    } else return form;
    parser.invalid = form === "call" ? invalidFrom(parser, start, form) : undefined;
  }
}

function readAtom(parser: Parser): Form {
  const start = parser.at;
  const kind = kindAt(parser);
  switch (kind) {
    case Kind.NAME:
      parser.at++;
      parser.scope.read.push(start);
      parser.invalid = undefined;
      return "name";
    case Kind.ROUND:
      return readGroup(parser);
    case Kind.SQUARE:
      return readList(parser);
    case Kind.CURLY:
      return readDisplay(parser);
    case Kind.STRING:
    case Kind.BYTES:
    case Kind.FORMATTED:
      return readStrings(parser);
    case Kind.NUMBER:
      parser.at++;
      parser.invalid = invalidFrom(parser, start, "literal");
      return "literal";
    case Kind.NONE:
    case Kind.TRUE:
    case Kind.FALSE:
    case Kind.ELLIPSIS:
      parser.at++;
      parser.invalid = invalidFrom(parser, start, "constant");
      return "constant";
    default:
      return unexpected(parser);
  }
}

/** Adjacent string literals, which are one value. */
export function readStrings(parser: Parser): Form {
  const start = parser.at;
  let form: Form = "literal";
  let hasBytes = false;
  let hasText = false;
  let undecodable = parser.tokens.undecodable.get(start);
  for (;;) {
    const kind = kindAt(parser);
    if (kind !== Kind.STRING && kind !== Kind.BYTES && kind !== Kind.FORMATTED) break;
    undecodable ??= parser.tokens.undecodable.get(parser.at);
    if (kind === Kind.BYTES) hasBytes = true;
    else hasText = true;
    parser.at++;
    if (kind !== Kind.FORMATTED) continue;
    form = "f-string";
    while (kindAt(parser) === Kind.CURLY) readField(parser);
    expect(parser, Kind.FORMATTED_END);
  }
  if (kindAt(parser) === Kind.ERROR) unexpected(parser);
  if (hasBytes && hasText) fail(parser, "mixed-bytes", start, parser.at - 1);
  if (undecodable !== undefined) throw new Refusal(undecodable);
  parser.invalid = invalidFrom(parser, start, form);
  return form;
}

/** `{value = !r :format}` in an f-string; the format may contain fields. */
function readField(parser: Parser): void {
  const start = parser.at++;
  const kind = kindAt(parser);
  if (kind === Kind.CURLY_END || kind === Kind.BANG || kind === Kind.COLON || kind === Kind.ASSIGN)
    fail(parser, "field-empty", start, parser.at);
  parser.depth++;
  readValue(parser);
  take(parser, Kind.ASSIGN);
  if (take(parser, Kind.BANG)) {
    if (kindAt(parser) !== Kind.NAME || !/^[rsa]$/.test(wordOf(parser, parser.at))) fail(parser, "field-conversion");
    parser.at++;
  }
  if (take(parser, Kind.COLON)) while (kindAt(parser) === Kind.CURLY) readField(parser);
  closeBracket(parser, Kind.CURLY_END);
}

/** Skips a closing bracket. If an expression follows instead, a comma is missing. */
function closeBracket(parser: Parser, kind: number): void {
  if (!take(parser, kind)) failMissingComma(parser);
  parser.depth--;
}

/** Fails at a token that is neither a comma nor a closing bracket. */
function failMissingComma(parser: Parser): never {
  const { at, operationStart } = parser;
  if (!isCommaMissing(parser)) unexpected(parser);
  const isSoftKeyword = at - operationStart === 1 && /^(?:match|case|_|type)$/.test(wordOf(parser, operationStart));
  if (isSoftKeyword) unexpected(parser);
  if (at - operationStart === 1 && /^(?:print|exec)$/.test(wordOf(parser, operationStart)))
    fail(parser, "old-statement", operationStart, operationStart, wordOf(parser, operationStart));
  try {
    readExpression(parser);
  } catch (refusal) {
    if (!(refusal instanceof Refusal) || refusal.mistake?.kind === "missing-comma") throw refusal;
    unexpected(parser, at);
  }
  throw new Refusal({ kind: "missing-comma", ...tokenRange(parser, operationStart, at) });
}

/** The state of the scope before the element of a comprehension, which then moves into the comprehension's scope. */
interface Mark {
  readonly awaits: number;
  readonly yields: number;
  readonly walruses: number;
  readonly read: number;
}

function markOf({ awaits, yields, walruses, scope }: Parser): Mark {
  return { awaits: awaits.length, yields: yields.length, walruses: walruses.length, read: scope.read.length };
}

const isComprehension = (parser: Parser) => kindAt(parser) === Kind.FOR || kindAt(parser) === Kind.ASYNC;

/** One or more `for … in … if …` after an element that was read since `mark`. */
function readComprehension(parser: Parser, mark: Mark, isGenerator: boolean): void {
  const { awaits, yields, walruses, scope } = parser;
  const start = parser.at;
  const targets = new Set<string>();
  let isAsync = awaits.length > mark.awaits;
  if (yields.length > mark.yields)
    failLater(parser, "names", { kind: "yield-in-comprehension", ...tokenRange(parser, yields[mark.yields] ?? start) });
  awaits.length = mark.awaits;
  scope.read.length = mark.read;
  let isFirst = true;
  let outer = mark;
  while (isComprehension(parser)) {
    if (take(parser, Kind.ASYNC)) isAsync = true;
    expect(parser, Kind.FOR);
    const target = parser.at;
    readLoopTarget(parser, false);
    for (const token of namesIn(parser, target, parser.at)) targets.add(wordOf(parser, token));
    expect(parser, Kind.IN);
    const before = walruses.length;
    readOperation(parser);
    refuseWalrus(parser, before, () => "iterable");
    // The first iterable is evaluated outside of the comprehension.
    if (isFirst) outer = markOf(parser);
    isFirst = false;
    while (take(parser, Kind.IF)) readOperation(parser);
  }
  if (awaits.length > outer.awaits) isAsync = true;
  if (yields.length > outer.yields)
    failLater(parser, "names", {
      kind: "yield-in-comprehension",
      ...tokenRange(parser, yields[outer.yields] ?? start),
    });
  awaits.length = outer.awaits;
  scope.read.length = outer.read;
  if (isAsync && !isGenerator && !scope.isAsync) awaits.push(start);
  refuseWalrus(parser, mark.walruses, (token) => {
    if (targets.has(wordOf(parser, token))) return "target";
    return scope.kind === "class" ? "class" : undefined;
  });
}

/** Rejects `:=` in a comprehension where its name cannot be bound: the name belongs to the enclosing function. */
function refuseWalrus(parser: Parser, from: number, why: (token: number) => string | undefined): void {
  const { walruses, scope } = parser;
  for (let at = from; at < walruses.length; at++) {
    const walrus = walruses[at];
    const detail = walrus?.scope === scope ? why(walrus.token) : undefined;
    if (walrus === undefined || detail === undefined) continue;
    failLater(parser, "names", {
      kind: "walrus-in-comprehension",
      ...tokenRange(parser, walrus.token, walrus.token + 1),
      detail,
    });
    return;
  }
}

/** The targets between `for` and `in`. Those of a statement are bound. */
export function readLoopTarget(parser: Parser, binds: boolean): void {
  const start = parser.at;
  if (kindAt(parser) === Kind.IN) unexpected(parser);
  const read = parser.scope.read.length;
  const form = readExpressions(parser, true);
  if (parser.invalid !== undefined) failTarget(parser, parser.invalid);
  refuseStar(parser, form, start);
  refuseSecondStar(parser);
  parser.scope.read.length = read;
  if (binds) bindNames(parser, start, parser.at);
}

/** Rejects a second star in a list of targets. */
export function refuseSecondStar(parser: Parser): void {
  const { secondStar } = parser;
  if (secondStar >= 0)
    failLater(parser, "code", { kind: "starred-twice", ...tokenRange(parser, secondStar, secondStar + 1) });
}

/** Fails at an expression that cannot be assigned to. */
export function failTarget(parser: Parser, { token, end, form }: Invalid): never {
  return fail(parser, "bad-target", token, end, form);
}

function readGroup(parser: Parser): Form {
  const start = parser.at++;
  parser.depth++;
  const mark = markOf(parser);
  if (take(parser, Kind.ROUND_END)) {
    parser.depth--;
    parser.invalid = undefined;
    forgetStars(parser);
    return "tuple";
  }
  if (kindAt(parser) === Kind.YIELD) {
    readYield(parser);
    closeBracket(parser, Kind.ROUND_END);
    return "yield";
  }
  const form = readStarred(parser, false);
  if (isComprehension(parser)) {
    readComprehension(parser, mark, true);
    closeBracket(parser, Kind.ROUND_END);
    parser.invalid = invalidFrom(parser, start, "generator");
    return "generator";
  }
  if (kindAt(parser) !== Kind.COMMA) {
    const { invalid } = parser;
    if (form === "starred" && kindAt(parser) === Kind.ROUND_END) fail(parser, "starred", start + 1, parser.at - 1);
    closeBracket(parser, Kind.ROUND_END);
    parser.invalid = invalid;
    return form;
  }
  const parts = partsFrom(parser, form);
  readRest(parser, parts);
  closeBracket(parser, Kind.ROUND_END);
  return endParts(parser, parts, "tuple", start);
}

/** The elements after the first one. */
function readRest(parser: Parser, parts: Parts): void {
  while (take(parser, Kind.COMMA)) {
    if (!startsExpression(kindAt(parser)) && kindAt(parser) !== Kind.STAR) break;
    addPart(parser, parts, readStarred(parser, false));
  }
}

function readList(parser: Parser): Form {
  const start = parser.at++;
  parser.depth++;
  const mark = markOf(parser);
  parser.invalid = undefined;
  forgetStars(parser);
  if (take(parser, Kind.SQUARE_END)) {
    parser.depth--;
    return "list";
  }
  const first = readStarred(parser, false);
  const isLoop = isComprehension(parser);
  const parts = partsFrom(parser, first);
  if (isLoop) readComprehension(parser, mark, false);
  else {
    readRest(parser, parts);
    refuseLateLoop(parser, mark, start);
  }
  closeBracket(parser, Kind.SQUARE_END);
  return endParts(parser, parts, isLoop ? "comprehension" : "list", start);
}

/** Rejects `[a, b for …]`: a comprehension has one element. */
function refuseLateLoop(parser: Parser, mark: Mark, bracket: number): void {
  if (!isComprehension(parser)) return;
  const last = parser.at - 1;
  readComprehension(parser, mark, false);
  fail(parser, "comprehension-target", bracket + 1, last);
}

/** A dictionary, a set, or a comprehension of either. */
function readDisplay(parser: Parser): Form {
  const start = parser.at++;
  parser.depth++;
  let form: Form = "dictionary";
  if (kindAt(parser) !== Kind.CURLY_END) {
    const mark = markOf(parser);
    form = readEntry(parser, undefined);
    if (isComprehension(parser)) readComprehension(parser, mark, false);
    else
      while (take(parser, Kind.COMMA)) {
        if (kindAt(parser) === Kind.CURLY_END) break;
        readEntry(parser, form);
      }
    if (form === "set") refuseLateLoop(parser, mark, start);
  }
  closeBracket(parser, Kind.CURLY_END);
  parser.invalid = invalidFrom(parser, start, form);
  return form;
}

/** One entry of a dictionary or set; the first one decides which. */
function readEntry(parser: Parser, among: Form | undefined): Form {
  const start = parser.at;
  if (among !== "set" && take(parser, Kind.POWER)) {
    readOperation(parser);
    return "dictionary";
  }
  if (among === "dictionary") readExpression(parser);
  else {
    readStarred(parser, false);
    if (among === "set" || kindAt(parser) !== Kind.COLON || kindAt(parser, start - parser.at) === Kind.STAR)
      return "set";
  }
  if (!take(parser, Kind.COLON)) {
    const kind = kindAt(parser);
    if (kind === Kind.COMMA || kind === Kind.CURLY_END) fail(parser, "dictionary-colon", parser.at - 1);
    failMissingComma(parser);
  }
  const kind = kindAt(parser);
  if (kind === Kind.COMMA || kind === Kind.CURLY_END)
    fail(parser, "dictionary-colon", parser.at - 1, parser.at - 1, "value");
  if (kind === Kind.STAR) fail(parser, "starred");
  readExpression(parser);
  return "dictionary";
}

/**
 * Arguments of a call or class in parentheses. Only a call accepts a generator expression without its own parentheses.
 */
export function readArguments(parser: Parser, isClass = false): void {
  parser.at++;
  parser.depth++;
  const names = new Map<string, number>();
  let keyword: "name" | "unpacking" | undefined;
  for (let count = 0; kindAt(parser) !== Kind.ROUND_END; count++) {
    const start = parser.at;
    if (take(parser, Kind.POWER)) {
      readExpression(parser);
      keyword = "unpacking";
    } else if (kindAt(parser) === Kind.NAME && kindAt(parser, 1) === Kind.ASSIGN) {
      readKeyword(parser, names);
      keyword ??= "name";
    } else {
      const mark = markOf(parser);
      const isStar = take(parser, Kind.STAR);
      if (isStar) readExpression(parser);
      else readNamed(parser);
      if (kindAt(parser) === Kind.ASSIGN) fail(parser, "keyword-name", start, parser.at - 1);
      if (isComprehension(parser)) {
        const loop = parser.at;
        readComprehension(parser, mark, true);
        if (isClass) unexpected(parser, loop);
        if (count > 0 || kindAt(parser) === Kind.COMMA) fail(parser, "generator-argument", start, parser.at - 1);
      } else if (keyword === "unpacking" || (keyword === "name" && !isStar)) {
        fail(parser, "argument-order", start, parser.at - 1);
      }
    }
    if (!take(parser, Kind.COMMA)) break;
  }
  closeBracket(parser, Kind.ROUND_END);
}

function readKeyword(parser: Parser, names: Map<string, number>): void {
  const name = parser.at;
  const word = wordOf(parser, name).normalize("NFKC");
  const first = names.get(word);
  if (first === undefined) names.set(word, name);
  else
    failLater(parser, "code", {
      ...{ kind: "duplicate-keyword", ...tokenRange(parser, name), detail: word, other: tokenRange(parser, first) },
    });
  parser.at += 2;
  if (kindAt(parser) === Kind.COMMA || kindAt(parser) === Kind.ROUND_END) fail(parser, "missing-value", name, name + 1);
  readExpression(parser);
  if (isComprehension(parser)) fail(parser, "assignment-in-expression", name + 1);
}

function readSubscript(parser: Parser): void {
  parser.at++;
  parser.depth++;
  if (kindAt(parser) === Kind.SQUARE_END) unexpected(parser);
  do {
    if (kindAt(parser) === Kind.SQUARE_END) break;
    readSlice(parser);
  } while (take(parser, Kind.COMMA));
  closeBracket(parser, Kind.SQUARE_END);
}

function readSlice(parser: Parser): void {
  if (kindAt(parser) !== Kind.COLON) readStarred(parser, false);
  for (let colons = 0; colons < 2 && take(parser, Kind.COLON); colons++) {
    if (startsExpression(kindAt(parser))) readExpression(parser);
  }
}

/** `yield`, `yield values` or `yield from value`. */
export function readYield(parser: Parser): Form {
  const start = parser.at++;
  const { scope, yields } = parser;
  yields.push(start);
  scope.isGenerator = true;
  if (scope.kind !== "function")
    failLater(parser, "code", { kind: "yield-outside-function", ...tokenRange(parser, start) });
  if (take(parser, Kind.FROM)) {
    readExpression(parser);
    if (scope.isAsync) failLater(parser, "code", { kind: "yield-from-in-async", ...tokenRange(parser, start) });
  } else if (startsExpression(kindAt(parser)) || kindAt(parser) === Kind.STAR) {
    const value = parser.at;
    refuseStar(parser, readExpressions(parser), value);
  }
  parser.invalid = invalidFrom(parser, start, "yield");
  forgetStars(parser);
  return "yield";
}

/** Whether the current token is `print` or `exec` as a Python 2 statement. */
export function isOldStatement(parser: Parser): boolean {
  return isSoft(parser, "print") || isSoft(parser, "exec");
}

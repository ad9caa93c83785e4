// Parses the patterns of `case`.

import {
  expect,
  expectName,
  fail,
  failLater,
  kindAt,
  type Parser,
  take,
  tokenRange,
  unexpected,
  wordOf,
} from "./parser.ts";
import { bind } from "./targets.ts";
import { Kind } from "./token-kinds.ts";

type ReadValue = (parser: Parser) => unknown;

/** The state of a pattern: the parser, the tokens of the names bound so far, and the function that reads literals. */
interface Reader {
  readonly parser: Parser;
  readonly names: number[];
  readonly readStrings: ReadValue;
}

/** A refutable pattern. Irrefutable patterns are represented by the token of their name or `_`. */
const SOME = -1;

/** Parses the pattern after `case`. Returns the token of the name or `_` of an irrefutable pattern, or -1. */
export function readCasePattern(parser: Parser, readStrings: ReadValue): number {
  const names: number[] = [];
  const all = readSequence({ parser, names, readStrings }, Kind.COLON);
  const known = new Map<string, number>();
  for (const token of names) {
    const word = wordOf(parser, token);
    const first = known.get(word);
    if (first === undefined) known.set(word, token);
    else {
      const other = tokenRange(parser, first);
      failLater(parser, "code", { kind: "duplicate-capture", ...tokenRange(parser, token), detail: word, other });
    }
    bind(parser, token);
  }
  return all;
}

/** Comma-separated patterns, up to a bracket or the colon. A single pattern in parentheses is that pattern. */
function readSequence(reader: Reader, end: number): number {
  const { parser, names } = reader;
  const start = parser.at;
  let hasStar = false;
  let isOne = end !== Kind.SQUARE_END;
  let all = SOME;
  while (kindAt(parser) !== end && !(end === Kind.COLON && kindAt(parser) === Kind.IF)) {
    const star = parser.at;
    if (take(parser, Kind.STAR)) {
      const name = expectName(parser);
      if (hasStar) failLater(parser, "code", { kind: "starred-twice", ...tokenRange(parser, star, name) });
      hasStar = true;
      isOne = false;
      if (wordOf(parser, name) !== "_") names.push(name);
    } else all = readPattern(reader);
    if (!take(parser, Kind.COMMA)) break;
    isOne = false;
  }
  if (parser.at === start && end === Kind.COLON) unexpected(parser);
  return isOne ? all : SOME;
}

/** Alternatives, and an optional name for the match. */
function readPattern(reader: Reader): number {
  const { parser, names } = reader;
  const mark = names.length;
  let all = readClosed(reader);
  const first = namesOf(parser, names.slice(mark));
  while (take(parser, Kind.BAR)) {
    if (all !== SOME) failLater(parser, "code", { kind: "unreachable-case", ...tokenRange(parser, all) });
    const start = parser.at;
    const others: number[] = [];
    all = readClosed({ ...reader, names: others });
    if (namesOf(parser, others) !== first)
      failLater(parser, "code", { kind: "captures-differ", ...tokenRange(parser, start, parser.at - 1) });
  }
  if (!take(parser, Kind.AS)) return all;
  const name = expectName(parser);
  if (wordOf(parser, name) === "_") unexpected(parser, name);
  names.push(name);
  return all;
}

function namesOf(parser: Parser, names: readonly number[]): string {
  return [...new Set(names.map((token) => wordOf(parser, token)))].sort().join();
}

function readClosed(reader: Reader): number {
  const { parser, names } = reader;
  const start = parser.at;
  const kind = kindAt(parser);
  switch (kind) {
    case Kind.STRING:
    case Kind.BYTES:
    case Kind.FORMATTED:
      reader.readStrings(parser);
      return SOME;
    case Kind.NONE:
    case Kind.TRUE:
    case Kind.FALSE:
      parser.at++;
      return SOME;
    case Kind.MINUS:
    case Kind.NUMBER:
      readNumber(parser);
      return SOME;
    case Kind.ROUND:
    case Kind.SQUARE: {
      const end = kind === Kind.ROUND ? Kind.ROUND_END : Kind.SQUARE_END;
      parser.at++;
      const all = readSequence(reader, end);
      expect(parser, end);
      return all;
    }
    case Kind.CURLY:
      readMapping(reader);
      return SOME;
    case Kind.NAME:
      parser.at++;
      if (kindAt(parser) !== Kind.DOT && kindAt(parser) !== Kind.ROUND) {
        if (wordOf(parser, start) !== "_") names.push(start);
        return start;
      }
      while (take(parser, Kind.DOT)) expectName(parser);
      if (kindAt(parser) === Kind.ROUND) readClassArguments(reader);
      return SOME;
    default:
      return unexpected(parser);
  }
}

/** A number with an optional sign and imaginary part. */
function readNumber(parser: Parser): void {
  take(parser, Kind.MINUS);
  expect(parser, Kind.NUMBER);
  if (take(parser, Kind.PLUS) || take(parser, Kind.MINUS)) expect(parser, Kind.NUMBER);
}

function readMapping(reader: Reader): void {
  const { parser, names } = reader;
  parser.at++;
  while (kindAt(parser) !== Kind.CURLY_END) {
    if (take(parser, Kind.POWER)) names.push(expectName(parser));
    else {
      if (readClosed(reader) !== SOME) unexpected(parser);
      expect(parser, Kind.COLON);
      readPattern(reader);
    }
    if (!take(parser, Kind.COMMA)) break;
  }
  expect(parser, Kind.CURLY_END);
}

function readClassArguments(reader: Reader): void {
  const { parser } = reader;
  let hasKeyword = false;
  parser.at++;
  while (kindAt(parser) !== Kind.ROUND_END) {
    const start = parser.at;
    const isKeyword = kindAt(parser) === Kind.NAME && kindAt(parser, 1) === Kind.ASSIGN;
    if (isKeyword) parser.at += 2;
    readPattern(reader);
    if (hasKeyword && !isKeyword) fail(parser, "argument-order", start, parser.at - 1);
    hasKeyword ||= isKeyword;
    if (!take(parser, Kind.COMMA)) break;
  }
  expect(parser, Kind.ROUND_END);
}

// Patterns of `case`.

import { expect, fail, failLater, kindAt, type Parser, placeOf, take, unexpected, wordOf } from "./parser.ts";
import { bind } from "./targets.ts";
import { Kind } from "./token-kinds.ts";

/** What a pattern binds, and the token that makes it fit everything, or -1. */
interface Pattern {
  readonly names: readonly number[];
  readonly all: number;
}

const NOTHING: Pattern = { names: [], all: -1 };

type ReadValue = (parser: Parser) => unknown;

/** Reads the pattern behind `case`; gives the token of a name or `_` that fits everything, or -1. */
export function readCasePattern(parser: Parser, readStrings: ReadValue): number {
  const { names, all } = readSequence(parser, Kind.COLON, readStrings);
  const known = new Map<string, number>();
  for (const token of names) {
    const word = wordOf(parser, token);
    const first = known.get(word);
    if (first === undefined) known.set(word, token);
    else {
      const other = placeOf(parser, first);
      failLater(parser, "code", { kind: "duplicate-capture", ...placeOf(parser, token), detail: word, other });
    }
    bind(parser, token);
  }
  return all;
}

/** Patterns with commas between them, up to a bracket or the colon; one alone is itself. */
function readSequence(parser: Parser, end: number, readStrings: ReadValue): Pattern {
  const names: number[] = [];
  let stars = 0;
  let count = 0;
  let commas = 0;
  let only = NOTHING;
  while (kindAt(parser) !== end && !(end === Kind.COLON && kindAt(parser) === Kind.IF)) {
    const star = parser.at;
    if (take(parser, Kind.STAR)) {
      expect(parser, Kind.NAME);
      if (stars++ > 0) failLater(parser, "code", { kind: "starred-twice", ...placeOf(parser, star, star + 1) });
      if (wordOf(parser, star + 1) !== "_") names.push(star + 1);
      commas++;
    } else {
      only = readPattern(parser, readStrings);
      names.push(...only.names);
    }
    count++;
    if (!take(parser, Kind.COMMA)) break;
    commas++;
  }
  if (count === 0 && end === Kind.COLON) unexpected(parser);
  return { names, all: count === 1 && commas === 0 && end !== Kind.SQUARE_END ? only.all : -1 };
}

/** Alternatives, and a name for what fits. */
function readPattern(parser: Parser, readStrings: ReadValue): Pattern {
  const first = readClosed(parser, readStrings);
  let last = first;
  while (take(parser, Kind.BAR)) {
    if (last.all >= 0) failLater(parser, "code", { kind: "unreachable-case", ...placeOf(parser, last.all) });
    const start = parser.at;
    last = readClosed(parser, readStrings);
    if (namesOf(parser, last) !== namesOf(parser, first))
      failLater(parser, "code", { kind: "captures-differ", ...placeOf(parser, start, parser.at - 1) });
  }
  const { all } = last;
  if (!take(parser, Kind.AS)) return { names: first.names, all };
  expect(parser, Kind.NAME);
  const name = parser.at - 1;
  if (wordOf(parser, name) === "_") unexpected(parser, name);
  return { names: [...first.names, name], all };
}

function namesOf(parser: Parser, { names }: Pattern): string {
  return [...new Set(names.map((token) => wordOf(parser, token)))].sort().join();
}

function readClosed(parser: Parser, readStrings: ReadValue): Pattern {
  const start = parser.at;
  const kind = kindAt(parser);
  switch (kind) {
    case Kind.STRING:
    case Kind.BYTES:
    case Kind.FORMATTED:
      readStrings(parser);
      return NOTHING;
    case Kind.NONE:
    case Kind.TRUE:
    case Kind.FALSE:
      parser.at++;
      return NOTHING;
    case Kind.MINUS:
    case Kind.NUMBER:
      readNumber(parser);
      return NOTHING;
    case Kind.ROUND:
    case Kind.SQUARE: {
      const end = kind === Kind.ROUND ? Kind.ROUND_END : Kind.SQUARE_END;
      parser.at++;
      const inner = readSequence(parser, end, readStrings);
      expect(parser, end);
      return inner;
    }
    case Kind.CURLY:
      return readMapping(parser, readStrings);
    case Kind.NAME: {
      parser.at++;
      if (kindAt(parser) !== Kind.DOT && kindAt(parser) !== Kind.ROUND)
        return { names: wordOf(parser, start) === "_" ? [] : [start], all: start };
      while (take(parser, Kind.DOT)) expect(parser, Kind.NAME);
      return kindAt(parser) === Kind.ROUND ? readClassArguments(parser, readStrings) : NOTHING;
    }
    default:
      return unexpected(parser);
  }
}

/** A number with a sign, and an imaginary part behind it. */
function readNumber(parser: Parser): void {
  take(parser, Kind.MINUS);
  expect(parser, Kind.NUMBER);
  if (take(parser, Kind.PLUS) || take(parser, Kind.MINUS)) expect(parser, Kind.NUMBER);
}

function readMapping(parser: Parser, readStrings: ReadValue): Pattern {
  const names: number[] = [];
  parser.at++;
  while (kindAt(parser) !== Kind.CURLY_END) {
    if (take(parser, Kind.POWER)) {
      expect(parser, Kind.NAME);
      names.push(parser.at - 1);
    } else {
      const start = parser.at;
      const { all } = readClosed(parser, readStrings);
      if (all >= 0) unexpected(parser, start + 1);
      expect(parser, Kind.COLON);
      names.push(...readPattern(parser, readStrings).names);
    }
    if (!take(parser, Kind.COMMA)) break;
  }
  expect(parser, Kind.CURLY_END);
  return { names, all: -1 };
}

function readClassArguments(parser: Parser, readStrings: ReadValue): Pattern {
  const names: number[] = [];
  let hasKeyword = false;
  parser.at++;
  while (kindAt(parser) !== Kind.ROUND_END) {
    const start = parser.at;
    const isKeyword = kindAt(parser) === Kind.NAME && kindAt(parser, 1) === Kind.ASSIGN;
    if (isKeyword) parser.at += 2;
    names.push(...readPattern(parser, readStrings).names);
    if (hasKeyword && !isKeyword) fail(parser, "argument-order", start, parser.at - 1);
    hasKeyword ||= isKeyword;
    if (!take(parser, Kind.COMMA)) break;
  }
  expect(parser, Kind.ROUND_END);
  return { names, all: -1 };
}

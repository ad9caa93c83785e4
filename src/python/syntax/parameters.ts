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
import { Kind } from "./token-kinds.ts";

type ReadExpression = (parser: Parser) => unknown;

/** The state of a parameter list, which determines what may follow. */
interface Progress {
  readonly names: number[];
  /** The first parameter with a default. */
  optional: number;
  hasSlash: boolean;
  /** `*` or `*args`, and the bare star while no name has followed it yet. */
  star: number;
  bareStar: number;
}

/**
 * Parses parameters up to the token that ends them (not consumed): the parenthesis of `def`, or the colon of `lambda`,
 * which has no annotations. Returns the tokens of the names.
 */
export function readParameters(parser: Parser, end: number, readExpression: ReadExpression): readonly number[] {
  const progress: Progress = { names: [], optional: -1, hasSlash: false, star: -1, bareStar: -1 };
  while (kindAt(parser) !== end) {
    const isLast = readParameter(parser, progress, end, readExpression);
    if (kindAt(parser) === end) break;
    if (!take(parser, Kind.COMMA)) unexpected(parser);
    if (isLast && kindAt(parser) !== end) fail(parser, "parameter-order", parser.at, parser.at, "keywords");
  }
  if (progress.bareStar >= 0) fail(parser, "parameter-order", progress.bareStar, progress.bareStar, "bare");
  refuseDuplicates(parser, progress.names);
  return progress.names;
}

/** Parses a parameter or marker. Returns whether it must be the last one. */
function readParameter(parser: Parser, progress: Progress, end: number, readExpression: ReadExpression): boolean {
  const start = parser.at;
  if (take(parser, Kind.SLASH)) {
    const isWrong = progress.hasSlash || progress.star >= 0 || progress.names.length === 0;
    if (isWrong) fail(parser, "parameter-order", start, start, "slash");
    progress.hasSlash = true;
    return false;
  }
  if (take(parser, Kind.POWER)) {
    if (progress.bareStar >= 0) fail(parser, "parameter-order", progress.bareStar, progress.bareStar, "bare");
    readName(parser, progress, end, readExpression);
    if (kindAt(parser) === Kind.ASSIGN) fail(parser, "parameter-order", parser.at, parser.at, "default");
    return true;
  }
  if (take(parser, Kind.STAR)) {
    if (progress.star >= 0) fail(parser, "parameter-order", start, start, "star");
    progress.star = start;
    if (kindAt(parser) === Kind.COMMA || kindAt(parser) === end) progress.bareStar = start;
    else {
      readName(parser, progress, end, readExpression);
      if (kindAt(parser) === Kind.ASSIGN) fail(parser, "parameter-order", parser.at, parser.at, "default");
    }
    return false;
  }
  if (kindAt(parser) === Kind.ROUND) fail(parser, "parameter-order", start, start, "bracket");
  readName(parser, progress, end, readExpression);
  progress.bareStar = -1;
  if (take(parser, Kind.ASSIGN)) {
    if (kindAt(parser) === Kind.COMMA || kindAt(parser) === end) fail(parser, "missing-value", parser.at - 1);
    readExpression(parser);
    if (progress.star < 0 && progress.optional < 0) progress.optional = start;
  } else if (progress.optional >= 0 && progress.star < 0) {
    fail(parser, "default-order", start, start, undefined, tokenRange(parser, progress.optional));
  }
  return false;
}

function readName(parser: Parser, { names, star }: Progress, end: number, readExpression: ReadExpression): void {
  names.push(expectName(parser));
  if (end === Kind.COLON || !take(parser, Kind.COLON)) return;
  // `*args: *Ts` is valid since Python 3.11.
  if (star >= 0) take(parser, Kind.STAR);
  readExpression(parser);
}

function refuseDuplicates(parser: Parser, names: readonly number[]): void {
  const known = new Map<string, number>();
  for (const token of names) {
    const word = wordOf(parser, token).normalize("NFKC");
    const first = known.get(word);
    if (first === undefined) known.set(word, token);
    else {
      const other = tokenRange(parser, first);
      failLater(parser, "names", { kind: "duplicate-parameter", ...tokenRange(parser, token), detail: word, other });
    }
  }
}

/** Parses `[T, *Ts, **P]` after the name of a function, class or alias. */
export function readTypeParameters(parser: Parser, readExpression: ReadExpression): void {
  if (!take(parser, Kind.SQUARE)) return;
  parser.depth++;
  if (kindAt(parser) === Kind.SQUARE_END) unexpected(parser);
  while (kindAt(parser) !== Kind.SQUARE_END) {
    const isMany = take(parser, Kind.STAR) || take(parser, Kind.POWER);
    parser.scope.bound.push(expectName(parser));
    if (!isMany && take(parser, Kind.COLON)) readExpression(parser);
    if (take(parser, Kind.ASSIGN)) {
      if (isMany) take(parser, Kind.STAR);
      readExpression(parser);
    }
    if (!take(parser, Kind.COMMA)) break;
  }
  expect(parser, Kind.SQUARE_END);
  parser.depth--;
}

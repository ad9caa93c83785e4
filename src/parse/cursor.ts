// A position between the tokens of the `yaml` lexer, for `regular.ts`.
import { CST, Lexer } from "yaml";
import type { Source, Span } from "../base/source.ts";
import { DIRECTIVE_PREFIX } from "./comments.ts";
import type { YamlNode } from "./tree.ts";

/** The next token. It is mutated in place, because a large file has millions of them. */
export interface Cursor {
  readonly source: Source;
  lexemes: Iterator<string>;
  /** The comments that are addressed to Modelwright. */
  readonly comments: Span[];
  kind: CST.TokenType | "end";
  text: string;
  at: number;
  lineStart: number;
  readonly anchors: Map<string, YamlNode>;
  /** How many nodes have been repeated by aliases so far. */
  aliased: number;
  /** The most recent alias. */
  alias: Span;
}

/** Thrown if a text is not plain enough for this parser. Caught at its entry; the full parser takes over. */
export const NOT_PLAIN = new Error("unusual");

/** A cursor at the first token of a source. */
export function cursorOf(source: Source): Cursor {
  const lexemes = new Lexer().lex(source.text);
  const alias = { source, start: 0, end: 0 };
  const cursor: Cursor = {
    source,
    lexemes,
    comments: [],
    kind: "end",
    text: "",
    at: 0,
    lineStart: 0,
    anchors: new Map(),
    aliased: 0,
    alias,
  };
  advance(cursor);
  return cursor;
}

/** The tokens after the dash with which the first line of a text starts. */
export function* lexemesAfterDash(text: string): Generator<string, undefined> {
  const lexemes = new Lexer().lex(text);
  let lexeme = lexemes.next();
  while (lexeme.done !== true && lexeme.value !== "-") lexeme = lexemes.next();
  yield* lexemes;
  return undefined;
}

/** Moves to the next token. */
export function advance(cursor: Cursor): void {
  cursor.at += cursor.text.length;
  let lexeme = cursor.lexemes.next();
  if (lexeme.value === CST.DOCUMENT) lexeme = cursor.lexemes.next();
  if (lexeme.value === CST.SCALAR) {
    cursor.kind = "scalar";
    cursor.text = cursor.lexemes.next().value;
  } else if (lexeme.done) {
    cursor.kind = "end";
    cursor.text = "";
  } else {
    const kind = CST.tokenType(lexeme.value);
    if (kind === null || kind === "flow-error-end") throw NOT_PLAIN;
    cursor.kind = kind;
    cursor.text = lexeme.value;
  }
}

/** The distance of the token from the start of its line. */
export function columnOf({ at, lineStart }: Cursor): number {
  return at - lineStart;
}

/** Skips whitespace. Throws on a tab, which may count as indentation. */
export function skipBlanks(cursor: Cursor): void {
  if (cursor.kind !== "space") return;
  if (cursor.text.includes("\t")) throw NOT_PLAIN;
  advance(cursor);
}

/** Skips a comment, which must follow whitespace, and the end of the line. */
export function skipLineEnd(cursor: Cursor): void {
  if (cursor.kind === "comment") skipComment(cursor);
  if (cursor.kind === "newline") {
    advance(cursor);
    cursor.lineStart = cursor.at;
  } else if (cursor.kind !== "end") throw NOT_PLAIN;
}

/** Skips a comment. */
export function skipComment(cursor: Cursor): void {
  const { source, text, at, lineStart } = cursor;
  if (at > lineStart && !/\s/.test(source.text.charAt(at - 1))) throw NOT_PLAIN;
  if (text.includes(DIRECTIVE_PREFIX)) cursor.comments.push({ source, start: at, end: at + text.trimEnd().length });
  advance(cursor);
}

/** Skips everything between two tokens inside `{ }` or `[ ]`. */
export function skipGap(cursor: Cursor): void {
  while (cursor.kind === "space" || cursor.kind === "newline" || cursor.kind === "comment") {
    if (cursor.kind === "space") advance(cursor);
    else skipLineEnd(cursor);
  }
}

// A place between the tokens of the `yaml` lexer, for `regular.ts`; and the scalar that stands there.
import { CST, Lexer, type ScalarTag, Schema } from "yaml";
import type { Source, Span } from "../base/source.ts";
import { DIRECTIVE } from "./comments.ts";
import { scalar } from "./node.ts";
import type { ScalarNode, ScalarStyle } from "./tree.ts";

/** The token that is read next. It is changed in place: a large file has millions of them. */
export interface Cursor {
  readonly source: Source;
  readonly lexemes: Iterator<string>;
  /** Those that speak to Modelwright. */
  readonly comments: Span[];
  kind: CST.TokenType | "end";
  text: string;
  at: number;
  lineStart: number;
}

/** Thrown where a text holds something unusual, and caught where its reading began: there is nothing to say about it. */
export const UNUSUAL = new Error("unusual");

/** The first token of a text. */
export function cursorOf(source: Source): Cursor {
  const lexemes = new Lexer().lex(source.text);
  const cursor: Cursor = { source, lexemes, comments: [], kind: "end", text: "", at: 0, lineStart: 0 };
  advance(cursor);
  return cursor;
}

/** Goes on to the next token. */
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
    if (kind === null || kind === "flow-error-end") throw UNUSUAL;
    cursor.kind = kind;
    cursor.text = lexeme.value;
  }
}

/** How far the token stands from the begin of its line. */
export function columnOf({ at, lineStart }: Cursor): number {
  return at - lineStart;
}

/** Goes over blanks; a tab among them may count as indentation. */
export function skipBlanks(cursor: Cursor): void {
  if (cursor.kind !== "space") return;
  if (cursor.text.includes("\t")) throw UNUSUAL;
  advance(cursor);
}

/** Goes over a comment, which must stand behind a blank, and over the end of the line. */
export function skipLineEnd(cursor: Cursor): void {
  if (cursor.kind === "comment") skipComment(cursor);
  if (cursor.kind === "newline") {
    advance(cursor);
    cursor.lineStart = cursor.at;
  } else if (cursor.kind !== "end") throw UNUSUAL;
}

function skipComment(cursor: Cursor): void {
  const { source, text, at, lineStart } = cursor;
  if (at > lineStart && !/\s/.test(source.text.charAt(at - 1))) throw UNUSUAL;
  if (text.includes(DIRECTIVE)) cursor.comments.push({ source, start: at, end: at + text.trimEnd().length });
  advance(cursor);
}

/** Goes over everything between two tokens inside of `{ }` or `[ ]`. */
export function skipGap(cursor: Cursor): void {
  while (cursor.kind === "space" || cursor.kind === "newline" || cursor.kind === "comment") {
    if (cursor.kind === "space") advance(cursor);
    else skipLineEnd(cursor);
  }
}

/** Whether a scalar of one of the three flow styles stands here. */
export function isFlowScalar({ kind }: Cursor): boolean {
  return kind === "scalar" || kind === "single-quoted-scalar" || kind === "double-quoted-scalar";
}

/** Reads such a scalar. */
export function readFlowScalar(cursor: Cursor): ScalarNode {
  const { source, kind, text, at } = cursor;
  advance(cursor);
  if (kind === "scalar") {
    if (text === "" || BAD_START.has(text.charAt(0))) throw UNUSUAL;
    const decoded = text.includes("\n") ? resolve({ type: kind, offset: at, indent: 0, source: text }) : text;
    return scalar(source, at, at + text.length, "plain", plainValue(decoded), decoded);
  }
  if (kind !== "single-quoted-scalar" && kind !== "double-quoted-scalar") throw UNUSUAL;
  const isSimple = !(kind === "single-quoted-scalar" ? /[\n']/ : /[\n\\]/).test(text.slice(1, -1));
  const isClosed = text.length > 1 && text.endsWith(text.charAt(0));
  const decoded =
    isSimple && isClosed ? text.slice(1, -1) : resolve({ type: kind, offset: at, indent: 0, source: text });
  const style = kind === "single-quoted-scalar" ? "single" : "double";
  return scalar(source, at, at + text.length, style, decoded, decoded);
}

/** What no plain scalar begins with. */
const BAD_START: ReadonlySet<string> = new Set("\t,%|>@`");

/** Reads a block scalar in a collection with this indentation. */
export function readBlockScalar(cursor: Cursor, indent: number): ScalarNode {
  const { source, at, text: header } = cursor;
  const props: CST.SourceToken[] = [];
  while (cursor.kind !== "scalar") {
    const { kind, text } = cursor;
    if (kind !== "block-scalar-header" && kind !== "space" && kind !== "comment" && kind !== "newline") throw UNUSUAL;
    props.push({ type: kind, offset: cursor.at, indent, source: text });
    if (kind === "comment") skipComment(cursor);
    else advance(cursor);
  }
  const text = resolve({ type: "block-scalar", offset: at, indent, props, source: cursor.text });
  advance(cursor);
  cursor.lineStart = cursor.at;
  const style: ScalarStyle = header.startsWith("|") ? "literal" : "folded";
  return scalar(source, at, cursor.at, style, text, text);
}

function resolve(token: CST.FlowScalar | CST.BlockScalar): string {
  const unusual = () => {
    throw UNUSUAL;
  };
  return CST.resolveAsScalar(token, true, unusual).value;
}

const TAGS = new Schema({ schema: "core" }).tags.filter(
  (tag): tag is ScalarTag => "test" in tag && tag.default === true,
);

/** Numbers, booleans and nothing begin with one of these. */
const NO_TEXT = /^[-+.\d~nNtTfF]/;

/** What a plain scalar means. */
function plainValue(text: string): ScalarNode["value"] {
  const tag = NO_TEXT.test(text) ? TAGS.find(({ test }) => test?.test(text)) : undefined;
  if (tag === undefined) return text;
  const resolved: unknown = tag.resolve(text, () => undefined, {});
  const value = typeof resolved === "object" && resolved !== null && "value" in resolved ? resolved.value : resolved;
  if (typeof value !== "number" && typeof value !== "boolean" && value !== null) throw UNUSUAL;
  return value;
}

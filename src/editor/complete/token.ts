// Reads the lines up to a cursor as far as needed to determine whether the cursor is in a key, a value or a comment. It tracks open
// brackets and quotes, and uses the indentation to find those that were left open by mistake.

/** An opened list or map in brackets. */
export type Bracket = "{" | "[";

/** The token at the cursor. Columns are indexes in the line. */
export interface Token {
  /**
   * `key` and `value`: of a map, or of a list in brackets. `open`: it may become a key, an item or a plain text.
   * `text`: in a block scalar.
   */
  readonly role: "key" | "value" | "open" | "text";
  readonly style: "plain" | "single" | "double";
  /** The columns of the text at the cursor with its quotes. Without a text, both are the column of the cursor. */
  readonly start: number;
  readonly end: number;
  /** Whether it starts in an earlier line or continues in the next one. */
  readonly isContinued: boolean;
  /** Whether it has a closing quote, if it has an opening one. */
  readonly isClosed: boolean;
  /** Whether a colon follows. */
  readonly hasColon: boolean;
  /** Whether a space must come before it, because the cursor is directly after a colon or a dash. */
  readonly needsSpace: boolean;
  /** The column of the dash before it, if it is the beginning of an item. */
  readonly dash: number | undefined;
  readonly brackets: readonly Bracket[];
  /** The column of the key or dash to which it belongs. Lines with more indentation are below that key or dash. */
  readonly column: number;
}

/** The open brackets and quotes at the end of a line. */
export interface State {
  readonly brackets: readonly Bracket[];
  readonly quote: '"' | "'" | undefined;
  readonly isBlockScalar: boolean;
  /** The column of the key or dash to which they belong. */
  readonly column: number;
}

const START: State = { brackets: [], quote: undefined, isBlockScalar: false, column: -1 };

interface Piece {
  readonly kind: "scalar" | "dash" | "colon" | "open" | "close" | "comma" | "comment" | "other";
  readonly style: Token["style"];
  readonly isClosed: boolean;
  readonly start: number;
  readonly end: number;
  readonly brackets: readonly Bracket[];
  readonly column: number;
}

interface ReadLine {
  readonly pieces: readonly Piece[];
  readonly state: State;
}

/** The token at the cursor; `undefined` in a comment, and where nothing can be inserted. */
export function tokenAt(lines: readonly string[], at: number, column: number): Token | undefined {
  const line = lines[at] ?? "";
  const isBlank = indentOf(line) === line.length;
  const before = continued(line, stateBefore(lines, at), isBlank ? column : indentOf(line));
  if (before.isBlockScalar) return textToken(line, before, column);
  const { pieces, state } = readLine(line, before);
  const found = pieces.find((piece) => isAround(piece, column)) ?? longer(pieces, column);
  if (found?.kind === "comment") return undefined;
  const index =
    found === undefined
      ? pieces.filter(({ end }) => end <= column).length
      : pieces.findIndex(({ start }) => start === found.start);
  const [previous, next] = [pieces[index - 1], pieces[found === undefined ? index : index + 1]];
  const brackets = found?.brackets ?? previous?.brackets ?? before.brackets;
  if (found === undefined) {
    if (previous?.kind === "scalar" || previous?.kind === "close") return undefined;
    // In a block, nothing can be inserted before existing text.
    if (brackets.length === 0 && next !== undefined && next.kind !== "comment") return undefined;
  }
  const hasColon = next?.kind === "colon";
  const isClosed = found?.isClosed ?? true;
  const below = lines.slice(at + 1, at + MAX_BLANK).find((other) => indentOf(other) < other.length);
  const goesOn = !isClosed && below !== undefined && isContinuation(below, state);
  const isContinued = (found !== undefined && index === 0 && before.quote !== undefined) || goesOn;
  const touches = found === undefined && previous?.end === column;
  return {
    role: roleOf(previous, brackets, hasColon, isContinued),
    style: found?.style ?? "plain",
    start: found?.start ?? column,
    // The text after a quote that was left open is not part of the quoted text.
    end: isClosed || isContinued ? (found?.end ?? column) : column + restOfWord(line.slice(column)),
    isContinued,
    isClosed,
    hasColon,
    needsSpace: touches && (previous?.kind === "colon" || previous?.kind === "dash"),
    dash: previous?.kind === "dash" ? previous.start : undefined,
    brackets,
    column: found?.column ?? previous?.column ?? (brackets.length > 0 ? before.column : column),
  };
}

/** The lines, with the quotes and brackets closed that the next line does not continue. */
export function closed(lines: readonly string[]): readonly string[] {
  let state = START;
  return lines.map((line, i) => {
    const read = readLine(line, state);
    ({ state } = read);
    if (state.brackets.length === 0 && state.quote === undefined) return line;
    const next = lines.slice(i + 1, i + MAX_BLANK).find((other) => indentOf(other) < other.length);
    if (next !== undefined && isContinuation(next, state)) return line;
    const { brackets, quote = "" } = state;
    state = START;
    const closing = brackets.map((bracket) => (bracket === "{" ? "}" : "]")).reverse();
    const end = read.pieces.find(({ kind }) => kind === "comment")?.start ?? line.length;
    return `${line.slice(0, end)}${quote}${closing.length > 0 ? ` ${closing.join(" ")}` : ""}`;
  });
}

/** The maximum number of lines in which the next line with text is searched for. */
const MAX_BLANK = 50;

function restOfWord(text: string): number {
  return /^[^\s,[\]{}"'#]*/.exec(text)?.[0].length ?? 0;
}

/** The open brackets and quotes before a line. */
function stateBefore(lines: readonly string[], at: number): State {
  let state = START;
  for (const line of lines.slice(0, at)) ({ state } = readLine(line, state));
  return state;
}

function isAround({ kind, start, end }: Piece, column: number): boolean {
  return kind === "comment" ? start < column : kind === "scalar" && start <= column && column <= end;
}

/** Extends an unquoted text to the cursor if only blanks are between them, because names may contain spaces. */
function longer(pieces: readonly Piece[], column: number): Piece | undefined {
  const last = pieces.findLast(({ end }) => end <= column);
  const isFollowed = pieces.some(({ start, kind }) => start >= column && kind !== "comment" && kind !== "close");
  if (last?.kind !== "scalar" || last.style !== "plain" || isFollowed) return undefined;
  return { ...last, end: column };
}

function textToken(line: string, { column }: State, cursor: number): Token {
  const start = Math.min(indentOf(line), cursor);
  const shared = { style: "plain", isContinued: true, isClosed: true, hasColon: false, needsSpace: false } as const;
  return { role: "text", ...shared, start, end: line.trimEnd().length, dash: undefined, brackets: [], column };
}

function roleOf(
  previous: Piece | undefined,
  brackets: readonly Bracket[],
  hasColon: boolean,
  isContinued: boolean,
): Token["role"] {
  if (isContinued) return "value";
  if (hasColon) return "key";
  if (previous?.kind === "colon") return "value";
  if (brackets.at(-1) === "{") return "key";
  if (brackets.at(-1) === "[") return "value";
  return previous?.kind === "other" ? "value" : "open";
}

/** The columns of blanks at the start of a line. */
export function indentOf(line: string): number {
  return /^[ \t]*/.exec(line)?.[0].length ?? 0;
}

/** The brackets and quotes that are open in a line with this indentation. The others were left open by mistake. */
function continued(line: string, state: State, indent: number): State {
  if (indent > state.column) return state;
  if (state.quote === undefined && state.brackets.length > 0 && line.charAt(indent) === "#") return state;
  if (state.quote === undefined && state.brackets.length > 0 && /[\]}]/.test(line.charAt(indent))) return state;
  return START;
}

/** Whether a line continues the open brackets or quotes. */
function isContinuation(line: string, state: State): boolean {
  return continued(line, state, indentOf(line)) === state;
}

/** Reads one line. */
function readLine(line: string, earlier: State): ReadLine {
  const isBlank = indentOf(line) === line.length;
  const before = isBlank ? earlier : continued(line, earlier, indentOf(line));
  if (isBlank || before.isBlockScalar) return { pieces: [], state: before };
  const reader: Reader = { line, at: 0, pieces: [], brackets: [...before.brackets], column: before.column };
  let quote = before.quote;
  if (quote !== undefined) {
    reader.at = indentOf(line);
    quote = takeQuoted(reader, quote, reader.at);
  } else if (before.brackets.length === 0) takeBlockStart(reader);
  let isBlockScalar = false;
  while (quote === undefined && skipBlanks(reader) < line.length) {
    const char = line.charAt(reader.at);
    if (char === "#") take(reader, "comment", line.length);
    else if (char === '"' || char === "'") quote = takeQuoted(reader, char, reader.at, 1);
    else if (char === "{" || char === "[") {
      if (reader.brackets.length < MAX_DEPTH) reader.brackets.push(char);
      take(reader, "open", reader.at + 1);
    } else if (reader.brackets.length > 0) takeInBrackets(reader, char);
    else if (/[&!*]/.test(char)) take(reader, "other", wordEnd(line, reader.at));
    else if (/^[|>][-+0-9]*[ \t]*(?:#.*)?$/.test(line.slice(reader.at)) && reader.pieces.length > 0) {
      isBlockScalar = true;
      take(reader, "other", line.length);
    } else takePlain(reader);
  }
  return { pieces: reader.pieces, state: { brackets: reader.brackets, quote, isBlockScalar, column: reader.column } };
}

/** The maximum depth of brackets that are tracked. */
const MAX_DEPTH = 64;

interface Reader {
  readonly line: string;
  at: number;
  readonly pieces: Piece[];
  readonly brackets: Bracket[];
  column: number;
}

function take(
  reader: Reader,
  kind: Piece["kind"],
  end: number,
  style: Token["style"] = "plain",
  isClosed = true,
): void {
  const { at: start, brackets, column } = reader;
  reader.pieces.push({ kind, style, isClosed, start, end, brackets: [...brackets], column });
  reader.at = end;
}

function skipBlanks(reader: Reader): number {
  while (reader.line[reader.at] === " " || reader.line[reader.at] === "\t") reader.at++;
  return reader.at;
}

function wordEnd(line: string, at: number): number {
  const end = line.slice(at).search(/[\s,[\]{}]/);
  return end < 0 ? line.length : at + Math.max(end, 1);
}

/** Takes the dashes and the key at the start of a line. */
function takeBlockStart(reader: Reader): void {
  const { line } = reader;
  reader.column = skipBlanks(reader);
  while (line[reader.at] === "-" && /[ \t]|^$/.test(line.charAt(reader.at + 1))) {
    reader.column = reader.at;
    take(reader, "dash", reader.at + 1);
    skipBlanks(reader);
  }
  const key = keyIn(line.slice(reader.at));
  if (key === undefined) return;
  reader.column = reader.at;
  const style = key.startsWith('"') ? "double" : key.startsWith("'") ? "single" : "plain";
  take(reader, "scalar", reader.at + key.length, style);
  skipBlanks(reader);
  take(reader, "colon", reader.at + 1);
}

/** The key with which a text begins, with its quotes; `undefined` if no colon follows. */
function keyIn(text: string): string | undefined {
  const quoted = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')/.exec(text)?.[0];
  if (quoted !== undefined) return /^[ \t]*:(?:[ \t]|$)/.test(text.slice(quoted.length)) ? quoted : undefined;
  const colon = text.search(/:(?:[ \t]|$)/);
  const key = colon < 0 ? "" : text.slice(0, colon).trimEnd();
  return /^[^\s#&*!|>'"%@`{}[\],]/.test(key) && !key.includes("#") ? key : undefined;
}

/** Takes a quoted text; returns the quote if it is not closed in this line. `skip` is the length of the opening quote. */
function takeQuoted(reader: Reader, quote: '"' | "'", start: number, skip = 0): '"' | "'" | undefined {
  const pattern = quote === '"' ? /(?:[^"\\]|\\.|\\$)*/y : /(?:[^']|'')*/y;
  pattern.lastIndex = start + skip;
  const end = pattern.lastIndex + (pattern.exec(reader.line)?.[0].length ?? 0);
  const isClosed = reader.line.charAt(end) === quote;
  take(reader, "scalar", isClosed ? end + 1 : reader.line.length, quote === '"' ? "double" : "single", isClosed);
  return isClosed ? undefined : quote;
}

function takeInBrackets(reader: Reader, char: string): void {
  const { line, brackets, at } = reader;
  const last = reader.pieces.at(-1);
  // A quoted key needs no space after its colon.
  const isColon = char === ":" && (/[\s,[\]{}]|^$/.test(line.charAt(at + 1)) || isQuotedUpTo(last, at));
  if (char === "}" || char === "]") {
    brackets.pop();
    take(reader, "close", at + 1);
  } else if (char === ",") take(reader, "comma", at + 1);
  else if (isColon) take(reader, "colon", at + 1);
  else if (/[&!*]/.test(char)) take(reader, "other", wordEnd(line, at));
  else {
    const pattern = /(?:\$[{<][^{}<>\s,]*[}>]?|:(?![\s,[\]{}]|$)|[^\s,[\]{}:]|[ \t]+(?![\s,[\]{}:#]|$))+/y;
    pattern.lastIndex = at;
    take(reader, "scalar", at + Math.max(pattern.exec(line)?.[0].length ?? 0, 1));
  }
}

function isQuotedUpTo(piece: Piece | undefined, at: number): boolean {
  return piece?.kind === "scalar" && piece.style !== "plain" && piece.end === at;
}

/** Takes a plain text, up to a comment or the end of the line. */
function takePlain(reader: Reader): void {
  const { line, at } = reader;
  const comment = line.slice(at).search(/[ \t]#/);
  const end = at + line.slice(at, comment < 0 ? undefined : at + comment).trimEnd().length;
  take(reader, "scalar", Math.max(end, at + 1));
}

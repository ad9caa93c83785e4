// Runs the `yaml` package on a text and returns its first document, and the error to repair first if there are errors.
import {
  Composer,
  type CST,
  type Document,
  isScalar,
  Lexer,
  type Node,
  Parser,
  Schema,
  visit,
  type YAMLParseError,
  type YAMLWarning,
} from "yaml";
import { EXPLICIT_TAGS } from "./tags.ts";

/** A syntax error as the `yaml` package reports it, in offsets of the text. */
export interface YamlError {
  readonly code: string;
  readonly message: string;
  readonly start: number;
  readonly end: number;
  /** For an unclosed quote or bracket: the offset at which it was opened. */
  readonly opened: number | undefined;
}

/** The result of reading a text. */
export interface YamlText {
  /** The first document; undefined if there is none. */
  readonly document: Document | undefined;
  /** The offset of a second document. */
  readonly second: number | undefined;
  /** The error that most likely caused the others. */
  readonly error: YamlError | undefined;
  /** The offsets of all errors. */
  readonly errors: readonly number[];
}

/** The text is nested too deeply at `start`. */
export interface TooDeep {
  readonly kind: "too-deep";
  readonly start: number;
}

/** Far more than a definition needs, and far less than the stack allows. */
const DEPTH = 400;

/**
 * The same schema for every file: a directive such as `%YAML 1.1` has no effect, and only tags of the YAML repository
 * are known.
 */
export const SCHEMA = new Schema({
  schema: "core",
  merge: true,
  // Before the core tags, which accept an explicit tag only in their own spelling.
  customTags: (tags) => [...EXPLICIT_TAGS, ...tags],
});

/** Reads a text as YAML 1.2 with merge keys. */
export function readYaml(text: string): YamlText | TooDeep {
  const tokens = tokensOf(text);
  if ("kind" in tokens) return tokens;
  const composer = new Composer({
    logLevel: "silent",
    prettyErrors: false,
    schema: SCHEMA,
    uniqueKeys: false,
  });
  const [document, other] = withoutStacks(() => [...composer.compose(tokens, false, text.length)]);
  if (document === undefined) return { document, second: undefined, error: undefined, errors: [] };
  const found = [...document.errors, ...document.warnings];
  return {
    document,
    second: other === undefined ? undefined : secondAt(text, document, other),
    error: firstError(document, text, found),
    errors: found.map(({ pos }) => pos[0]),
  };
}

/** Every syntax error is a JavaScript `Error`, and capturing its stack takes longer than parsing. */
function withoutStacks<T>(work: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** The tokens of a text; stops if they are nested too deeply. */
function tokensOf(text: string): readonly CST.Token[] | TooDeep {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    // The stack contains the document, the collections around the current token, and the token itself.
    const innermost = parser.stack[DEPTH + 2];
    if (innermost !== undefined) return { kind: "too-deep", start: innermost.offset };
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

function secondAt(text: string, first: Document.Parsed, second: Document.Parsed): number {
  const from = first.range[1];
  const to = second.range[0];
  const marker = /^---(?=\s|$)/m.exec(text.slice(from, Math.max(text.indexOf("\n", to), to)));
  return marker === null ? to : from + marker.index;
}

/** The maximum number of errors that are examined to find the one that caused the others. */
const MAX_EXAMINED = 20;

/** Prefers a tab, then the unclosed quote or bracket that was opened first, then the first error in the text. */
function firstError(
  document: Document,
  text: string,
  found: readonly (YAMLParseError | YAMLWarning)[],
): YamlError | undefined {
  const inOrder = [...found].sort((a, b) => a.pos[0] - b.pos[0]);
  const tab = inOrder.find(({ code }) => code === "TAB_AS_INDENT");
  const examined = tab === undefined ? inOrder.slice(0, MAX_EXAMINED) : [tab];
  const errors = examined.map((error) => toError(document, text, error));
  const [first] = errors;
  if (first === undefined) return undefined;
  let best = first;
  for (const error of errors) if ((error.opened ?? error.start) < (best.opened ?? best.start)) best = error;
  return best;
}

function toError(document: Document, text: string, { code, message, pos }: YAMLParseError | YAMLWarning): YamlError {
  const [start, end] = pos;
  return { code, message, start, end, opened: openedAt(document, text, code, message, start) };
}

/** The offset of the quote or bracket that an error at `at` reports as unclosed. */
function openedAt(document: Document, text: string, code: string, message: string, at: number): number | undefined {
  let opened: number | undefined;
  const open = ({ range }: Node) => {
    if (range != null) opened = range[0];
  };
  if (code === "MISSING_CHAR" && message.startsWith("Missing closing")) {
    visit(document, {
      Scalar: (_, node) => {
        if (isScalar(node) && node.range?.[1] === at && /["']/.test(text.charAt(node.range[0]))) open(node);
      },
    });
  } else if (/end with a|to end with/.test(message)) {
    visit(document, {
      Collection: (_, node) => {
        if (node.flow === true && node.range != null && node.range[0] <= at && at <= node.range[2]) open(node);
      },
    });
  }
  return opened;
}

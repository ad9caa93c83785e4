// Runs the `yaml` package over a text: its first document, and the error to mend first when there is one.
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

/** A syntax error as the reader reports it, in offsets of the text. */
export interface YamlError {
  readonly code: string;
  readonly message: string;
  readonly start: number;
  readonly end: number;
  /** For an unclosed quote or bracket: where it was opened. */
  readonly opened: number | undefined;
}

/** What a text was read as. */
export interface YamlText {
  /** The first document; absent when there is none. */
  readonly document: Document | undefined;
  /** Where a second document begins. */
  readonly second: number | undefined;
  /** The error that the others are most likely to come from. */
  readonly error: YamlError | undefined;
  /** Where all errors begin. */
  readonly errors: readonly number[];
}

/** The text is nested so deeply at `start` that it cannot be read. */
export interface TooDeep {
  readonly kind: "too-deep";
  readonly start: number;
}

/** Far above what a definition needs, far below what the stack can bear. */
const DEPTH = 400;

/** One schema for every file: a directive such as `%YAML 1.1` changes nothing, and only the tags of YAML's repository are known. */
export const SCHEMA = new Schema({
  schema: "core",
  merge: true,
  // Before those of the core, which take an explicit tag only in their own spelling.
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

/** Each mistake is an error of JavaScript, of which the stack alone takes longer than all of the reading. */
function withoutStacks<T>(work: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** The tokens of a text, up to where they are nested more deeply than can be read. */
function tokensOf(text: string): readonly CST.Token[] | TooDeep {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    // Below what is read at the moment stand the collections around it, and the document.
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

/** How many errors are looked at to find the one that the others come from. */
const LOOKED_AT = 20;

/** A tab before all others, then what was opened first and never closed, then the first in the text. */
function firstError(
  document: Document,
  text: string,
  found: readonly (YAMLParseError | YAMLWarning)[],
): YamlError | undefined {
  const inOrder = [...found].sort((a, b) => a.pos[0] - b.pos[0]);
  const tab = inOrder.find(({ code }) => code === "TAB_AS_INDENT");
  const looked = tab === undefined ? inOrder.slice(0, LOOKED_AT) : [tab];
  const errors = looked.map((error) => toError(document, text, error));
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

/** Where the quote or bracket was opened that an error at `at` misses the end of. */
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

import { Character, classOf, lineEnd, skipBlanks, skipLineEnd, wordEnd } from "./text.ts";

/**
 * Keywords that cannot be part of an expression. A line that starts with one is a statement, even inside an open
 * bracket.
 */
const STATEMENTS: ReadonlySet<string> = new Set([
  ...["assert", "break", "class", "continue", "def", "del", "except", "finally", "global", "import", "nonlocal"],
  ...["pass", "raise", "return", "try", "while", "with"],
]);

const DEFINITIONS: ReadonlySet<string> = new Set(["def", "class", "async"]);

const MAX_DECORATORS = 8;
const DECORATOR_LIMIT = 400;
const MAX_LENGTH = 8;
const MODULE_PATH_LIMIT = 200;

/**
 * Whether a line that starts at `at` inside an open bracket can only be a new statement, so that the bracket is
 * unclosed.
 */
export function startsStatement(text: string, at: number, end: number): boolean {
  const start = skipBlanks(text, at, end);
  if (text.charCodeAt(start) === 64 /* @ */) return start === at && startsDecorators(text, at, end);
  const word = wordAt(text, start, end);
  if (word === "async") return STATEMENTS.has(wordAt(text, skipBlanks(text, start + word.length, end), end));
  if (word === "from") return isFromImport(text, start + word.length, end);
  return STATEMENTS.has(word) && endsKeyword(text, start + word.length, end);
}

/** Whether a definition starts in column 0 at `at`: `def f(`, `class C:`, `async def f(`, `@decorator`. */
export function startsDefinition(text: string, at: number, end: number): boolean {
  if (text.charCodeAt(at) === 64) return startsDecorators(text, at, end);
  let word = wordAt(text, at, end);
  let next = at + word.length;
  if (word === "async") {
    next = skipBlanks(text, next, end);
    word = wordAt(text, next, end);
    next += word.length;
    if (word !== "def") return false;
  }
  if (word !== "def" && word !== "class") return false;
  const name = skipBlanks(text, next, end);
  const nameEnd = wordEnd(text, name, end);
  if (name === next || nameEnd === name) return false;
  const code = text.charCodeAt(skipBlanks(text, nameEnd, end));
  return code === 40 || code === 91 || (word === "class" && code === 58);
}

function wordAt(text: string, at: number, end: number): string {
  const stop = wordEnd(text, at, Math.min(end, at + MAX_LENGTH + 1));
  return text.slice(at, stop);
}

/**
 * Whether lines that start with `@` lead to a definition and close no earlier bracket; otherwise, `@` is the operator.
 */
function startsDecorators(text: string, at: number, end: number): boolean {
  let line = at;
  for (let count = 0; count < MAX_DECORATORS && text.charCodeAt(line) === 64 && line < end; count++) {
    const stop = lineEnd(text, line, Math.min(end, line + DECORATOR_LIMIT));
    if (skipBlanks(text, line + 1, end) > line + 1 || closesMore(text, line, stop)) return false;
    line = skipLineEnd(text, stop);
  }
  return line > at && line < end && DEFINITIONS.has(wordAt(text, line, end));
}

function closesMore(text: string, at: number, end: number): boolean {
  let depth = 0;
  for (let i = at; i < end && depth >= 0; i++) {
    const kind = classOf(text.charCodeAt(i));
    if (kind === Character.OPEN) depth++;
    else if (kind === Character.CLOSE) depth--;
  }
  return depth < 0;
}

/** `from` may be part of an expression (`yield from x`), but not before a module and `import`. */
function isFromImport(text: string, at: number, end: number): boolean {
  const limit = Math.min(end, at + MODULE_PATH_LIMIT);
  let i = at;
  let word = "";
  while (i < limit) {
    i = skipBlanks(text, i, limit);
    if (text.charCodeAt(i) === 46 /* . */) i++;
    else {
      const stop = wordEnd(text, i, limit);
      if (stop === i) return false;
      word = text.slice(i, stop);
      if (word === "import") return true;
      i = stop;
    }
  }
  return false;
}

function endsKeyword(text: string, at: number, end: number): boolean {
  if (at >= end) return true;
  const kind = classOf(text.charCodeAt(at));
  return kind !== Character.WORD && text.charCodeAt(at) !== 61 /* = */ && text.charCodeAt(at) !== 46; /* . */
}

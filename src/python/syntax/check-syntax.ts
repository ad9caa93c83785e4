// Finds the first syntax error in a Python module that every Python version from 3.9 on rejects, at the position that
// CPython reports. Guarantees: never throws, takes time linear in the text, and accepts anything that any of these
// versions accepts.

import type { PythonModule } from "../module.ts";
import { lineEnd } from "../text/text.ts";
import { Refusal, type SyntaxMistake } from "./mistake.ts";
import { type Parser, type Phase, parserOver, tokenRange, wordOf } from "./parser.ts";
import { readModule } from "./statements.ts";
import { isBoundIn } from "./targets.ts";
import { Kind } from "./token-kinds.ts";
import { tokenize } from "./tokenize.ts";

const PHASES: readonly Phase[] = ["future", "names", "nonlocal", "code"];

const known = new WeakMap<PythonModule, SyntaxMistake | "none">();

/** The first syntax error of a module; each module is checked once. */
export function syntaxMistakeOf(module: PythonModule): SyntaxMistake | undefined {
  const found = known.get(module) ?? findSyntaxMistake(module.source.text) ?? "none";
  known.set(module, found);
  return found === "none" ? undefined : found;
}

/** The encoding declaration in the first two lines of a file. */
const ENCODING = /^(?:[ \t\f]*(?:#.*)?\r?\n)?[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/;

/** Encodings that are compatible with UTF-8, and those that are compatible only for ASCII text. */
const UTF8 = /^(?:utf[-_]?8|u8|(?:us-)?ascii|latin[-_]?1|iso[-_]?8859[-_]1$)/i;
const WITH_ASCII = /^(?:cp\d|windows-|latin|iso[-_]?8859|koi8|euc|gb|big5|mac)/i;

/** Whether the file declares an encoding in which its bytes have another meaning. */
function hasOtherEncoding(text: string): boolean {
  const [, encoding] = ENCODING.exec(text.slice(0, 400)) ?? [];
  if (encoding === undefined || UTF8.test(encoding)) return false;
  return !WITH_ASCII.test(encoding) || /[^\0-\x7f]/.test(text);
}

/** Finds the syntax error that CPython would report. */
export function findSyntaxMistake(text: string): SyntaxMistake | undefined {
  const zero = text.indexOf("\0");
  if (zero >= 0) return { kind: "null-byte", start: zero, end: zero + 1 };
  if (hasOtherEncoding(text)) return undefined;
  const tokens = tokenize(text);
  const parser = parserOver(tokens);
  try {
    readModule(parser);
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    return refusal.mistake === undefined ? undefined : firstOf(parser, refusal.mistake);
  }
  return oldException(parser) ?? laterMistake(parser);
}

/** Decides between a grammar mistake and other mistakes: the one that CPython reports. */
function firstOf(parser: Parser, mistake: SyntaxMistake): SyntaxMistake {
  const { tokens, text } = parser;
  const mark = conflictMark(text, mistake.start);
  if (mark !== undefined) return mark;
  const old = oldException(parser);
  const first = old !== undefined && old.start < mistake.start ? old : mistake;
  if (first === tokens.error || first.kind === "indent") return first;
  if (tokens.error !== undefined && tokens.isErrorFirst) return conflictMark(text, tokens.error.start) ?? tokens.error;
  return unclosedBefore(parser, first) ?? first;
}

/** A bracket that is never closed, on a line before the last token that was read. */
function unclosedBefore({ tokens, kinds, at }: Parser, { start }: SyntaxMistake): SyntaxMistake | undefined {
  const { text, open, starts } = tokens;
  const bracket = open.at(-1);
  const last = kinds[at] === Kind.ERROR ? start : Math.max(start, starts[at] ?? start);
  if (bracket === undefined || lineEnd(text, bracket, text.length) >= last) return undefined;
  return { kind: "unclosed-bracket", start: bracket, end: bracket + 1 };
}

/** The merge conflict marker at the start of the line of an offset. */
function conflictMark(text: string, at: number): SyntaxMistake | undefined {
  const start = Math.max(text.lastIndexOf("\n", at - 1), text.lastIndexOf("\r", at - 1)) + 1;
  return /^(?:<{7}|\|{7}|={7}|>{7})(?![<|=>])/.test(text.slice(start, start + 8))
    ? { kind: "merge-conflict", start, end: start + 7 }
    : undefined;
}

/** `except E, e`, if nothing else binds the second name. Python 3.14 reads it as two exceptions. */
function oldException(parser: Parser): SyntaxMistake | undefined {
  const found = parser.exceptionCommas.find(({ token, scope }) => !isBoundIn(parser, scope, token));
  return found && { kind: "exception-comma", ...tokenRange(parser, found.token - 1) };
}

/** The first mistake of the first phase that has one. */
function laterMistake(parser: Parser): SyntaxMistake | undefined {
  const { later, awaits, nonlocals } = parser;
  const unbound = nonlocals.find(({ scope, token }) => {
    // Every class provides it to its methods.
    return wordOf(parser, token) !== "__class__" && !isBoundIn(parser, scope.parent, token, "function");
  });
  if (unbound !== undefined && !later.has("nonlocal")) {
    const detail = wordOf(parser, unbound.token);
    later.set("nonlocal", { kind: "nonlocal-unbound", ...tokenRange(parser, unbound.token), detail });
  }
  const [first] = awaits;
  const code = later.get("code");
  if (first !== undefined) {
    const place = tokenRange(parser, first);
    if (code === undefined || code.start > place.start)
      later.set("code", { kind: "await-outside-async", ...place, detail: wordOf(parser, first) });
  }
  return PHASES.map((phase) => later.get(phase)).find((mistake) => mistake !== undefined);
}

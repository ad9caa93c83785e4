// Reads the text of a Python module and returns the names that it defines: definitions with their headers, imports,
// assignments and `__all__`. Guarantees: never runs code, never throws, takes one pass, and every part has its span. In
// incomplete code, only the unfinished statement is lost.

import type { Source, Span } from "../../base/source.ts";
import type { Binding, PythonModule } from "../module.ts";
import { type Branches, branchesOf, combineReach, LOOP, MAYBE } from "../reach.ts";
import { firstDocLine } from "../text/docstring.ts";
import { takeExpression } from "../text/expression.ts";
import { bodyLines, type LogicalLine, linesOf } from "../text/lines.ts";
import type { Part, PythonText } from "../text/text.ts";
import { advance, type Cursor, copyOf, cursorOver, isWord, skipOperator, skipWord } from "../text/tokens.ts";
import { type Block, type BlockScope, type Documented, innermost, type Scan } from "./blocks.ts";
import { readExports } from "./exports.ts";
import { readClass, readDecorator, readFunction } from "./header.ts";
import { bindHeader, readGlobal, readStatements } from "./statement.ts";

/** Reads the text of a module, see `PythonModule`. */
export function scanModule(source: Source): PythonModule {
  const { from, lines, damage } = linesOf(source);
  const owner: Documented = { docstring: undefined };
  const { bindings, exports } = scanLines(from, lines, owner);
  return { source, bindings, exports, hasFutureAnnotations: bindings.some(isFuture), ...owner, damage };
}

/** The names that a function's body binds locally, in text order. */
export function scanBody(header: Span): readonly Binding[] {
  return scanLines(linesOf(header.source).from, bodyLines(header), { docstring: undefined }).bindings;
}

function scanLines(from: PythonText, lines: readonly LogicalLine[], owner: Documented): Scan {
  const bindings: Binding[] = [];
  const scope: BlockScope = { kind: "module", bindings, owner, isFresh: true };
  const root: Block = { indent: -1, scope, reach: "always", otherwise: "always" };
  const scan: Scan = { from, bindings, blocks: [], decorators: [], exports: { kind: "none" }, previous: undefined };
  for (const line of lines) readLine(scan, line, innermost(scan, root, line.indent));
  return scan;
}

function isFuture(binding: Binding): boolean {
  if (binding.kind !== "import-from" || binding.from.module !== "__future__") return false;
  return binding.imported.text === "annotations";
}

const COMPOUND: ReadonlySet<string> = new Set([
  ...["if", "elif", "else", "try", "except", "finally", "for", "while", "with", "match", "case"],
]);

function readLine(scan: Scan, line: LogicalLine, block: Block): void {
  const cursor = cursorOver(scan.from, line.start, line.end);
  if (skipOperator(cursor, "@")) {
    const decorator = readDecorator(cursor);
    if (decorator !== undefined) scan.decorators.push(decorator);
    return;
  }
  const isAsync = skipWord(cursor, "async");
  if (block.scope.kind !== "module" && isWord(cursor, "global")) readGlobal(cursor, scan.bindings);
  const word = cursor.kind === "name" ? scan.from.text.slice(cursor.start, cursor.stop) : "";
  if (word === "def" || word === "class") readDefinition(scan, line, block, cursor, isAsync);
  else if (block.scope.kind === "function") readDocstring(block.scope, cursor);
  else if (COMPOUND.has(word) && isCompound(cursor, word)) readCompound(scan, line, block, cursor, word);
  else {
    readDocstring(block.scope, cursor);
    if (block.scope.kind === "module" && word === "__all__") {
      scan.exports = readExports(copyOf(cursor), block.reach, scan.exports);
    }
    readStatements(cursor, block.reach, block.scope.bindings);
  }
  scan.decorators = [];
}

function readDefinition(scan: Scan, line: LogicalLine, block: Block, cursor: Cursor, isAsync: boolean): void {
  const { scope, reach } = block;
  scope.isFresh = false;
  const isClass = isWord(cursor, "class");
  advance(cursor);
  const opening = { start: line.start, decorators: scan.decorators, reach };
  const definition = isClass ? readClass(cursor, opening) : readFunction(cursor, isAsync, opening);
  if (definition !== undefined) scope.bindings.push(definition);
  const inner = scopeOf(definition);
  // Statements on the same line are the entire body, unless the header is incomplete.
  if (cursor.kind !== "end" && definition?.isBroken === false) {
    readDocstring(inner, cursor);
    if (inner.kind === "class") readStatements(cursor, "always", inner.bindings);
  } else scan.blocks.push({ indent: line.indent, scope: inner, reach: "always", otherwise: "always" });
}

/** The contents of a definition without a name are hidden, too. */
function scopeOf(definition: ReturnType<typeof readClass> | ReturnType<typeof readFunction>): BlockScope {
  if (definition?.kind === "class")
    return { kind: "class", bindings: definition.body, owner: definition, isFresh: true };
  const owner = definition ?? { docstring: undefined };
  return { kind: "function", bindings: definition?.inner ?? [], owner, isFresh: true };
}

function readDocstring(scope: BlockScope, cursor: Cursor): void {
  if (scope.isFresh) scope.owner.docstring = firstDocLine(cursor);
  scope.isFresh = false;
}

/**
 * `match` and `case` may also be names. As keywords, they are followed by an expression, and the line ends with a
 * colon.
 */
function isCompound(cursor: Cursor, word: string): boolean {
  if (word !== "match" && word !== "case") return true;
  const ahead = copyOf(cursor);
  advance(ahead);
  if (takeExpression(ahead, ":=;") === undefined) return false;
  return skipOperator(ahead, ":") && ahead.kind === "end";
}

function readCompound(scan: Scan, line: LogicalLine, block: Block, cursor: Cursor, word: string): void {
  const { scope } = block;
  if (scope.kind === "function") return;
  advance(cursor);
  const branches = branchesFor(scan, cursor, word);
  const reach = combineReach(block.reach, branches.body);
  bindHeader(cursor, word, (name: Part) => scope.bindings.push({ kind: "bound", name, reach }));
  skipOperator(cursor, ":");
  if (cursor.kind !== "end") readStatements(cursor, reach, scope.bindings);
  scan.blocks.push({ indent: line.indent, scope, reach, otherwise: branches.otherwise });
}

function branchesFor(scan: Scan, cursor: Cursor, word: string): Branches {
  if (word === "for" || word === "while") return LOOP;
  if (word === "finally") return { body: "always", otherwise: "conditional" };
  if (word !== "if" && word !== "elif" && word !== "else") return MAYBE;
  const before = word === "if" ? "always" : (scan.previous?.otherwise ?? "conditional");
  if (word === "else") return { body: before, otherwise: "conditional" };
  const condition = takeExpression(copyOf(cursor), ":");
  const { body, otherwise } = branchesOf(condition?.text ?? "");
  return { body: combineReach(before, body), otherwise: combineReach(before, otherwise) };
}

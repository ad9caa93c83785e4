import type { Binding, Reach } from "../module.ts";
import { skipBracket, takeExpression } from "../text/expression.ts";
import { type Part, partOf } from "../text/text.ts";
import {
  advance,
  type Cursor,
  copyOf,
  isOperator,
  isWord,
  nameAt,
  skipOperator,
  skipWord,
  takeName,
} from "../text/tokens.ts";
import { takeTypeParameters } from "../types/type-parameters.ts";
import { readFromImport, readImport } from "./imports.ts";

/** Reads the simple statements of a line, separated by semicolons, and records what they bind. */
export function readStatements(cursor: Cursor, reach: Reach, bindings: Binding[]): void {
  do {
    if (skipWord(cursor, "import")) readImport(cursor, reach, bindings);
    else if (skipWord(cursor, "from")) readFromImport(cursor, reach, bindings);
    else if (skipWord(cursor, "del"))
      bindTargets(cursor, ";", (name) => bindings.push({ kind: "deleted", name, reach }));
    else if (!readTypeAlias(cursor, reach, bindings)) readAssignment(cursor, reach, bindings);
    takeExpression(cursor, ";");
    // An unmatched closing bracket ends the line.
  } while (skipOperator(cursor, ";"));
}

/** Reads `global a, b` in a definition, which may bind these names of the module whenever it runs. */
export function readGlobal(cursor: Cursor, bindings: Binding[]): void {
  advance(cursor);
  do {
    const name = takeName(cursor);
    if (name !== undefined) bindings.push({ kind: "bound", name, reach: "conditional" });
  } while (skipOperator(cursor, ","));
}

/** Reads `type X = …`, where `type` is a keyword only because a name follows. */
function readTypeAlias(cursor: Cursor, reach: Reach, bindings: Binding[]): boolean {
  if (!isWord(cursor, "type")) return false;
  const ahead = copyOf(cursor);
  advance(ahead);
  const name = takeName(ahead);
  if (name === undefined) return false;
  const typeParameters = takeTypeParameters(ahead);
  if (!skipOperator(ahead, "=")) return false;
  const value = takeExpression(ahead, ";");
  if (value === undefined) return false;
  bindings.push({ kind: "type-alias", name, typeParameters, value, reach });
  Object.assign(cursor, ahead);
  return true;
}

/** Reads `a = b = value`, `a: T = value`, `a: T`, `a += value`, `a, (b, *c) = value`, and bare expressions. */
function readAssignment(cursor: Cursor, reach: Reach, bindings: Binding[]): void {
  const bind = (name: Part) => bindings.push({ kind: "bound", name, reach });
  const { start } = cursor;
  const assign = (name: Part, value: Part | undefined, annotation?: Part) =>
    bindings.push({ kind: "value", start, name, annotation, value, reach });
  const targets: (Part | readonly Part[])[] = [];
  for (;;) {
    const target = copyOf(cursor);
    const name = nameAt(cursor);
    const whole = takeExpression(cursor, "=:;", bind);
    const isName = name !== undefined && whole?.span.end === name.span.end;
    if (isOperator(cursor, ":") && targets.length === 0) {
      advance(cursor);
      const annotation = takeExpression(cursor, "=;");
      const value = skipOperator(cursor, "=") ? takeExpression(cursor, ";", bind) : undefined;
      if (isName) assign(name, value, annotation);
      else bindTargets(target, ":", bind);
      return;
    }
    if (!skipOperator(cursor, "=")) {
      const values = targets.some(Array.isArray) ? itemsOf({ ...target, end: cursor.before }) : undefined;
      for (const each of targets) {
        if ("text" in each) assign(each, whole);
        else if (values?.length === each.length) for (const [at, item] of each.entries()) assign(item, values[at]);
        else for (const item of each) bind(item);
      }
      if (targets.length === 0 && whole !== undefined) bindAugmented(target, bind);
      return;
    }
    const names = isName ? name : namesOf(copyOf(target));
    if (names !== undefined) targets.push(names);
    else bindTargets(target, "=", bind);
  }
}

/** `a, b` before `=`, with or without brackets; `undefined` for any other target. */
function namesOf(cursor: Cursor): readonly Part[] | undefined {
  const names: Part[] = [];
  const isOpen = skipOperator(cursor, "(") || skipOperator(cursor, "[");
  do {
    const name = takeName(cursor);
    if (name === undefined) break;
    names.push(name);
  } while (skipOperator(cursor, ","));
  if (isOpen && !skipOperator(cursor, ")") && !skipOperator(cursor, "]")) return undefined;
  return isOperator(cursor, "=") ? names : undefined;
}

/** The items of `f, g` or `(f, g)`; `undefined` for any other value. */
function itemsOf(cursor: Cursor): readonly Part[] | undefined {
  const inside = copyOf(cursor);
  if (skipOperator(inside, "(") || skipOperator(inside, "[")) {
    const ahead = copyOf(cursor);
    skipBracket(ahead);
    if (ahead.kind === "end") return takeItems(inside);
  }
  const items = takeItems(cursor);
  return cursor.kind === "end" ? items : undefined;
}

function takeItems(cursor: Cursor): readonly Part[] | undefined {
  const items: Part[] = [];
  do {
    if (isOperator(cursor, "*")) return undefined;
    const item = takeExpression(cursor, ",");
    if (item !== undefined) items.push(item);
  } while (skipOperator(cursor, ","));
  return items;
}

/** `a += value` binds `a` to an unknown value. */
function bindAugmented(cursor: Cursor, bind: (name: Part) => void): void {
  const name = takeName(cursor);
  if (name === undefined || cursor.kind !== "operator") return;
  const operator = partOf(cursor.from, cursor.start, cursor.stop).text;
  if (operator.length > 1 && operator.endsWith("=") && !/^[=!<>:]=$/.test(operator)) bind(name);
}

/** Reads targets up to an operator or keyword. Binds each name, except owners of attributes and items. */
export function bindTargets(cursor: Cursor, stop: string, bind: (name: Part) => void): void {
  let isAttribute = false;
  while (cursor.kind !== "end" && !isOperator(cursor, stop) && !isWord(cursor, stop)) {
    const name = nameAt(cursor);
    const isOwned = isAttribute;
    isAttribute = isOperator(cursor, ".");
    advance(cursor);
    if (name === undefined || isOperator(cursor, ".")) continue;
    if (isOperator(cursor, "[") || isOperator(cursor, "(")) skipBracket(cursor);
    else if (!isOwned) bind(name);
  }
}

/**
 * Binds the names in the header of a compound statement: targets of `for`, `with … as` and `except … as`, captures of
 * `case`, and walruses.
 */
export function bindHeader(cursor: Cursor, word: string, bind: (name: Part) => void): void {
  if (word === "case") bindCaptures(cursor, bind);
  if (word === "for") bindTargets(cursor, "in", bind);
  if (word === "with" || word === "except") bindContexts(copyOf(cursor), bind);
  takeExpression(cursor, ":", bind);
}

/** In a header, `as` always precedes a target, also in brackets: `with (a as b, c as (d, e)):`. */
function bindContexts(cursor: Cursor, bind: (name: Part) => void): void {
  while (cursor.kind !== "end") {
    if (!skipWord(cursor, "as")) {
      advance(cursor);
      continue;
    }
    const target = copyOf(cursor);
    takeExpression(cursor, ",:");
    bindTargets({ ...target, end: cursor.start }, ":", bind);
  }
}

/** Binds all names in a pattern except those in dotted names and the names of classes. */
function bindCaptures(cursor: Cursor, bind: (name: Part) => void): void {
  let isAttribute = false;
  while (cursor.kind !== "end") {
    const name = nameAt(cursor);
    const isOwned = isAttribute;
    isAttribute = isOperator(cursor, ".");
    advance(cursor);
    if (name !== undefined && !isOwned && !isOperator(cursor, ".") && !isOperator(cursor, "(")) bind(name);
  }
}

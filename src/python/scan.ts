// Takes the text of a Python module, gives what it says about its names: definitions with their headers, imports,
// assignments, `__all__`. Promises: never runs anything, never throws, one pass over the text, every part has its place;
// code that is still being written loses no more than the statement that is not finished.

import type { Source } from "../base/source.ts";
import { firstDocLine } from "./docstring.ts";
import { readExports } from "./exports.ts";
import { type ClassDraft, type FunctionDraft, readClass, readDecorator, readFunction } from "./header.ts";
import { type LogicalLine, logicalLines } from "./lines.ts";
import type { Binding, Decorator, Definition, Exports, PythonModule, Reach } from "./module.ts";
import { branchReach, elseReach } from "./reach.ts";
import { bindHeader, readGlobal, readStatements } from "./statement.ts";
import { type PythonText, wordEnd } from "./text.ts";
import { advance, type Cursor, cursorOver, isOperator, skipOperator, skipWord } from "./tokens.ts";

/** Reads a module's text; see `PythonModule`. */
export function scanModule(source: Source): PythonModule {
  const { from, lines, damage } = logicalLines(source);
  const module: ModuleDraft = { bindings: [], exports: { kind: "none" }, docstring: undefined };
  const scan: Scan = { from, module, blocks: [], decorators: [], left: undefined, ... };
  for (const line of lines) readLine(scan, line);
  const hasFutureAnnotations = module.bindings.some(
    (binding) =>
      binding.kind === "import-from" && binding.from.module === "__future__" && binding.imported.text === "annotations",
  );
  return { source, ...module, hasFutureAnnotations, damage };
}

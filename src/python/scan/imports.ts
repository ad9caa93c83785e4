import type { Binding, ModulePath, Reach } from "../module.ts";
import { partOf } from "../text/text.ts";
import { advance, type Cursor, isOperator, skipOperator, skipWord, takeDotted, takeName } from "../text/tokens.ts";

/** Reads `import a.b as c, d`, with the cursor after `import`. */
export function readImport(cursor: Cursor, reach: Reach, bindings: Binding[]): void {
  do {
    const module = takeDotted(cursor);
    if (module === undefined) return;
    const { span } = module.path;
    const alias = skipWord(cursor, "as") ? takeName(cursor) : undefined;
    const [name, target] = alias === undefined ? [module.first, module.first] : [alias, module.path];
    bindings.push({ kind: "import", name, module: target.text, span, reach });
  } while (skipOperator(cursor, ","));
}

/** Reads `from .a import b as c, d`, with or without parentheses, with the cursor after `from`. */
export function readFromImport(cursor: Cursor, reach: Reach, bindings: Binding[]): void {
  const from = readModulePath(cursor);
  if (!skipWord(cursor, "import")) return;
  skipOperator(cursor, "(");
  do {
    if (isOperator(cursor, "*")) {
      bindings.push({ kind: "import-star", from, reach });
      advance(cursor);
      continue;
    }
    const imported = takeName(cursor);
    if (imported === undefined) return;
    const name = skipWord(cursor, "as") ? (takeName(cursor) ?? imported) : imported;
    bindings.push({ kind: "import-from", name, from, imported, reach });
  } while (skipOperator(cursor, ","));
}

function readModulePath(cursor: Cursor): ModulePath {
  const { start } = cursor;
  let level = 0;
  while (skipOperator(cursor, ".")) level++;
  const module = takeDotted(cursor)?.path.text ?? "";
  return { level, module, span: partOf(cursor.from, start, Math.max(start, cursor.before)).span };
}

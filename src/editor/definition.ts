import type { Span } from "../base/source.ts";
import type { Occurrence, SymbolTable } from "./symbols.ts";

/**
 * The targets of Go to Definition: for a use, its declaration; for a declaration, its function or parameter in Python; for Python code,
 * the places in definitions that name it.
 */
export function declarationsOf(table: SymbolTable, occurrence: Occurrence): readonly Span[] {
  const places = table.placesOf(occurrence);
  const ofRole = (...roles: readonly Occurrence["role"][]) => places.filter(({ role }) => roles.includes(role));
  const inCode = ofRole("python");
  const found =
    occurrence.role === "python"
      ? ofRole("declaration", "use").filter(({ kind, role }) => role === "declaration" || kind === "function")
      : occurrence.role === "declaration" || occurrence.kind === "function"
        ? inCode.length > 0
          ? inCode
          : ofRole("declaration")
        : ofRole("declaration");
  return found.map(({ span }) => span);
}

/** All places of a symbol, with or without its declarations. */
export function referencesOf(table: SymbolTable, occurrence: Occurrence, withDeclaration: boolean): readonly Span[] {
  return table
    .placesOf(occurrence)
    .filter(({ role }) => withDeclaration || role === "use" || role === "indirect")
    .map(({ span }) => span);
}

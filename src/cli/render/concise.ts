// One line a finding, as other tools print it: editors and `grep` read it.
import type { Diagnostic } from "../../base/diagnostic.ts";
import { printable } from "../../base/did-you-mean.ts";
import { positionAt } from "../../base/source.ts";

/** `file:line:column: severity code: message` */
export function renderConcise({ diagnostics }: { readonly diagnostics: readonly Diagnostic[] }): string {
  return diagnostics
    .map(({ span, severity, code, message }) => {
      const { line, column } = positionAt(span.source, span.start);
      return `${printable(span.source.path)}:${line}:${column}: ${severity} ${code}: ${printable(message)}\n`;
    })
    .join("");
}

// One line per finding, in the usual format for editors and `grep`.
import type { Diagnostic } from "../../base/diagnostic.ts";
import { printable } from "../../base/quote.ts";
import { positionAt } from "../../base/source.ts";

/** `file:line:column: severity code: message` */
export function renderConcise({ diagnostics }: { readonly diagnostics: readonly Diagnostic[] }): string {
  return diagnostics
    .map(({ span, severity, code, message }) => {
      const { line, column } = positionAt(span.source, span.start);
      return `${placed(span.source.path)}:${line}:${column}: ${severity} ${code}: ${printable(message)}\n`;
    })
    .join("");
}

/** In a log of GitHub Actions, a line that starts with two colons is a command. */
function placed(path: string): string {
  const shown = printable(path);
  return shown.startsWith("::") ? `./${shown}` : shown;
}

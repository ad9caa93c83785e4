// Annotations of GitHub Actions: workflow commands on standard output.
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
import { type Diagnostic, type Severity, worstFirst } from "../../base/diagnostic.ts";
import { printable } from "../../base/quote.ts";
import { positionAt } from "../../base/source.ts";
import type { Checked } from "../../compile.ts";
import { type Hidden, summaryLine } from "../../render/summary.ts";

const COMMANDS: Readonly<Record<Severity, string>> = {
  error: "error",
  warning: "warning",
  hint: "notice",
  unverified: "notice",
};

/** Most severe first, because GitHub shows only ten annotations per step. The last line is a summary. */
export function renderGithub({
  diagnostics,
  files,
  ...hidden
}: Pick<Checked, "diagnostics" | "files"> & Hidden): string {
  return `${worstFirst(diagnostics).map(annotation).join("")}${summaryLine(diagnostics, files, hidden)}\n`;
}

function annotation({ span, severity, code, message, hint }: Diagnostic): string {
  const start = positionAt(span.source, span.start);
  const end = positionAt(span.source, span.end);
  const columns = start.line === end.line ? `,col=${start.column},endColumn=${end.column}` : "";
  const place = `file=${property(span.source.path)},line=${start.line},endLine=${end.line}${columns}`;
  const text = [message, ...(hint === undefined ? [] : [hint])].map(printable).join("\n");
  return `::${COMMANDS[severity]} ${place},title=${property(`modelwright ${code}`)}::${escapeData(text)}\n`;
}

/** Escapes the characters that end a command. */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** Escapes a property of a command. Line breaks have their own escape; other control characters are made visible. */
function property(text: string): string {
  const shown = text.split(/(\r|\n)/).map((piece) => (piece === "\r" || piece === "\n" ? piece : printable(piece)));
  return escapeData(shown.join("")).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

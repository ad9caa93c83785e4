import type { Diagnostic } from "../../base/diagnostic.ts";
import { plainJson } from "../../base/json-text.ts";
import { positionAt, type Span } from "../../base/source.ts";
import { VERSION } from "../../base/version.ts";
import type { Checked } from "../../compile.ts";
import { countBySeverity, countOff, type Hidden } from "../../render/summary.ts";
import { ruleUrl } from "../rule-url.ts";
import type { DiagnosticsDocument } from "./json-schema.ts";

/** Diagnostics as JSON, version 1. `isLine` prints them on one line, for JSON lines. */
export function renderJson(checked: Pick<Checked, "diagnostics" | "files"> & Hidden, isLine = false): string {
  const { diagnostics, files, suppressed = [], accepted = [] } = checked;
  const { error, warning, hint, unverified } = countBySeverity(diagnostics);
  const document: DiagnosticsDocument = {
    version: 1,
    tool: { name: "modelwright", version: VERSION },
    summary: {
      files,
      errors: error,
      warnings: warning,
      hints: hint,
      unverified,
      suppressed: suppressed.length,
      accepted: accepted.length,
      rulesOff: countOff(checked),
    },
    diagnostics: diagnostics.map(diagnosticJson),
  };
  return `${plainJson(JSON.stringify(document, undefined, isLine ? 0 : 2))}\n`;
}

function diagnosticJson(diagnostic: Diagnostic): DiagnosticsDocument["diagnostics"][number] {
  const { code, severity, message, hint, span, path, related, fixes } = diagnostic;
  return {
    code,
    url: ruleUrl(code),
    severity,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...spanJson(span),
    path,
    related: (related ?? []).map((other) => ({ message: other.message, ...spanJson(other.span) })),
    fixes: (fixes ?? []).map(({ title, safe, edits }) => ({
      title,
      safe,
      edits: edits.map((edit) => ({ ...spanJson(edit.span), newText: edit.newText })),
    })),
  };
}

function spanJson({ source, start, end }: Span) {
  return { file: source.path, range: { start: positionAt(source, start), end: positionAt(source, end) } };
}

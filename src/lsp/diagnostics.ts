// Converts findings to diagnostics of the protocol.
import { DiagnosticSeverity, DiagnosticTag, type Diagnostic as Published } from "vscode-languageserver";
import type { Diagnostic, Severity } from "../base/diagnostic.ts";
import { isLockedPath } from "../base/lock-file.ts";
import { locationOf, rangeOf } from "./positions.ts";

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  unverified: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** A finding as editors show it. `uriOf` returns the URI of a path, and `urlOf` the URL of the documentation of a rule. */
export function publishedDiagnostic(
  { code, severity, message, hint, span, related }: Diagnostic,
  uriOf: (path: string) => string,
  urlOf: ((code: string) => string) | undefined,
): Published {
  // Editors cannot open the code in a lock file.
  const places = (related ?? []).filter((each) => !isLockedPath(each.span.source.path));
  return {
    range: rangeOf(span),
    severity: SEVERITIES[severity],
    code,
    source: "modelwright",
    message: hint === undefined ? message : `${message}\n${hint}`,
    ...(urlOf === undefined ? {} : { codeDescription: { href: urlOf(code) } }),
    ...(code.startsWith("unused-") ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    ...(places.length === 0
      ? {}
      : {
          relatedInformation: places.map((each) => ({
            message: each.message,
            location: locationOf(each.span, uriOf),
          })),
        }),
  };
}

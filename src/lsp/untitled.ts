import type { Diagnostic } from "../base/diagnostic.ts";

/** Findings that are about other files, and so say nothing about a document without a folder. */
const ABOUT_FILES: ReadonlySet<string> = new Set(["missing-file", "missing-runtime", "outside-root", "path-case"]);

/** The findings about a document that has never been saved, without those about the machine. */
export function withoutMachine(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.filter(({ code, severity }) => severity !== "unverified" && !ABOUT_FILES.has(code));
}

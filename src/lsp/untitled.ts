import type { Diagnostic } from "../base/diagnostic.ts";

/** The codes of findings about other files, which do not apply to a document without a folder. */
const ABOUT_FILES: ReadonlySet<string> = new Set(["missing-file", "missing-runtime", "outside-root", "path-case"]);

/** The findings of a document that has never been saved, without those about other files. */
export function withoutMachine(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.filter(({ code, severity }) => severity !== "unverified" && !ABOUT_FILES.has(code));
}

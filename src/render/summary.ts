import { type Diagnostic, SEVERITIES, type Severity } from "../base/diagnostic.ts";

/** How many findings there are of each severity. */
export function countBySeverity(diagnostics: readonly Diagnostic[]): Readonly<Record<Severity, number>> {
  const counts: Record<Severity, number> = { error: 0, warning: 0, hint: 0, unverified: 0 };
  for (const { severity } of diagnostics) counts[severity] += 1;
  return counts;
}

/** A number of findings of one severity. */
const COUNTED: Readonly<Record<Severity, (count: number) => string>> = {
  error: (count) => plural(count, "error"),
  warning: (count) => plural(count, "warning"),
  hint: (count) => plural(count, "hint"),
  unverified: (count) => `${count} unverified`,
};

/** How many findings `check --fix` removes by itself. */
function countFixable(diagnostics: readonly Diagnostic[]): number {
  return diagnostics.filter(({ fixes }) => fixes?.some(({ safe }) => safe)).length;
}

/** What was found and is not shown: comments suppress it, or a baseline accepts it. */
export interface Hidden {
  readonly suppressed?: readonly Diagnostic[];
  readonly accepted?: readonly Diagnostic[];
  /** The severities that rules were given, and by what. */
  readonly settings?: { readonly rules: Readonly<Record<string, Severity | "off">>; readonly from: string };
}

/** How many rules are off. */
export function countOff({ settings }: Hidden): number {
  return Object.values(settings?.rules ?? {}).filter((setting) => setting === "off").length;
}

/** Such as: 2 files: 1 error, 3 hints (1 suppressed); `check --fix` mends 1 */
export function summaryLine(diagnostics: readonly Diagnostic[], files: number, hidden: Hidden = {}): string {
  const counts = countBySeverity(diagnostics);
  const parts = SEVERITIES.flatMap((severity) => {
    const count = counts[severity];
    return count > 0 ? [COUNTED[severity](count)] : [];
  });
  const fixable = countFixable(diagnostics);
  const mended = fixable < diagnostics.length ? fixable : fixable === 1 ? "it" : "all";
  const note = fixable > 0 ? `; \`check --fix\` mends ${mended}` : "";
  const { suppressed = [], accepted = [] } = hidden;
  const others = [
    ...(suppressed.length > 0 ? [`${suppressed.length} suppressed`] : []),
    ...(accepted.length > 0 ? [`${accepted.length} accepted`] : []),
  ];
  const rest = others.length > 0 ? ` (${others.join(", ")})` : "";
  return `${plural(files, "file")}: ${parts.length > 0 ? parts.join(", ") : "nothing to report"}${rest}${note}${settingsNote(hidden)}`;
}

/** A result without findings of some rules says so. */
function settingsNote(hidden: Hidden): string {
  const off = countOff(hidden);
  const isOff = off === 1 ? "1 rule is off" : `${off} rules are off`;
  return off === 0 ? "" : `; ${isOff} (${hidden.settings?.from})`;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

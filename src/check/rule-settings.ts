// Severities that override those of rules, from `--rule`, a configuration file, or an option of the library.
import type { Diagnostic, Severity } from "../base/diagnostic.ts";
import type { Rule } from "./rule.ts";

export const RULE_SETTINGS = ["off", "hint", "warning", "error"] as const;

/** The severity of a rule's findings; `off` hides them. */
export type RuleSetting = (typeof RULE_SETTINGS)[number];

/** Settings by the code of their rule. */
export type RuleSettings = Readonly<Record<string, RuleSetting>>;

/** Whether a setting enables a rule, which then runs without the option of its group. */
export function isAskedFor(setting: RuleSetting | undefined): boolean {
  return setting !== undefined && setting !== "off";
}

/**
 * A finding with the severity of a setting. If its rule reports it as less severe than usual, it does not become more severe
 * than that. Unverified findings stay unverified.
 */
export function withSetting(
  diagnostic: Diagnostic,
  rule: Pick<Rule, "severity">,
  setting: Exclude<RuleSetting, "off">,
): Diagnostic {
  const severity = diagnostic.severity === rule.severity ? setting : lessSevere(diagnostic.severity, setting);
  return severity === diagnostic.severity
    ? diagnostic
    : { ...diagnostic, severity, originalSeverity: diagnostic.severity };
}

const ORDER: readonly Severity[] = ["unverified", "hint", "warning", "error"];

function lessSevere(a: Severity, b: Severity): Severity {
  return ORDER.indexOf(a) < ORDER.indexOf(b) ? a : b;
}

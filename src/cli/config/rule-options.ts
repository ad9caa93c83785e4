// The severities of rules in `--rule` and the configuration file. Loaded only if there are any.
import { nearest } from "../../base/nearest.ts";
import { orList, quote } from "../../base/quote.ts";
import { RULE_SETTINGS, type RuleSetting, type RuleSettings } from "../../check/rule-settings.ts";
import { rules } from "../../check/rules/index.ts";

/** A mistake in a setting: its code or its severity. */
export interface RuleMistake {
  readonly isCode: boolean;
  readonly message: string;
}

/** Returns the mistake in a code or its severity, if there is one. */
export function ruleMistake(code: string, setting: unknown): RuleMistake | undefined {
  const codes = rules.map((rule) => rule.code);
  if (!codes.includes(code)) {
    const near = nearest(code, codes);
    const hint = near.length > 0 ? `Did you mean ${orList(near)}?` : "Run `modelwright explain` to list all codes.";
    return { isCode: true, message: `Unknown rule ${quote(code)}. ${hint}` };
  }
  if (RULE_SETTINGS.some((each) => each === setting)) return undefined;
  const message = `The severity of ${quote(code)} must be ${orList(RULE_SETTINGS)}`;
  return { isCode: false, message: typeof setting === "string" ? `${message}, not ${quote(setting)}.` : `${message}.` };
}

/** Reads `CODE=SEVERITY` from the command line. Returns the settings or a message. The last setting for a code applies. */
export function ruleSettingsFrom(given: readonly string[]): RuleSettings | string {
  const settings: Record<string, RuleSetting> = {};
  for (const text of given) {
    const [, code, word] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (code === undefined) return `${quote(text)} has no severity. Write \`--rule unknown-key=warning\`.`;
    const mistake = ruleMistake(code, word);
    if (mistake !== undefined) return mistake.message;
    const setting = RULE_SETTINGS.find((each) => each === word);
    if (setting !== undefined) settings[code] = setting;
  }
  return settings;
}

// The severities of rules, as `--rule` and the configuration file give them. Loaded only if one of them does.
import { nearest } from "../../base/nearest.ts";
import { orList, quote } from "../../base/quote.ts";
import { RULE_SETTINGS, type RuleSetting, type RuleSettings } from "../../check/rule-settings.ts";
import { rules } from "../../check/rules/index.ts";

/** What is wrong with a setting: its code or its severity. */
export interface RuleMistake {
  readonly isCode: boolean;
  readonly message: string;
}

/** Looks for a mistake in a code and its severity. */
export function ruleMistake(code: string, setting: unknown): RuleMistake | undefined {
  const codes = rules.map((rule) => rule.code);
  if (!codes.includes(code)) {
    const near = nearest(code, codes);
    const hint = near.length > 0 ? `Did you mean ${orList(near)}?` : "`modelwright explain` lists all codes.";
    return { isCode: true, message: `No rule has the code ${quote(code)}. ${hint}` };
  }
  if (RULE_SETTINGS.some((each) => each === setting)) return undefined;
  const message = `The severity of ${quote(code)} must be ${orList(RULE_SETTINGS)}`;
  return { isCode: false, message: typeof setting === "string" ? `${message}, not ${quote(setting)}.` : `${message}.` };
}

/** Reads `CODE=SEVERITY` from the command line: the settings, or what is wrong. The last one for a code counts. */
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

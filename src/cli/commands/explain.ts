import { nearest } from "../../base/nearest.ts";
import { orList, quote } from "../../base/quote.ts";
import type { Rule } from "../../check/rule.ts";
import { rules } from "../../check/rules/index.ts";
import { CommandError, EXIT } from "../exit.ts";
import { printResult } from "../output.ts";

/** `modelwright explain`: prints one rule with its examples, or the list of all rules. */
export function explainCommand(code: string | undefined): number {
  if (code === undefined) {
    const width = Math.max(...rules.map((rule) => rule.code.length));
    printResult(rules.map((rule) => `${rule.code.padEnd(width)}  ${rule.summary}\n`).join(""));
    return EXIT.clean;
  }
  const rule = rules.find((each) => each.code === code);
  if (rule === undefined) {
    const near = nearest(
      code,
      rules.map((each) => each.code),
    );
    const hint = near.length > 0 ? `Did you mean ${orList(near)}?` : "Run `modelwright explain` to list all codes.";
    throw new CommandError(EXIT.usage, `Unknown code ${quote(code)}. ${hint}`);
  }
  printResult(explain(rule));
  return EXIT.clean;
}

function explain({ code, severity, group, summary, explanation, bad, good }: Rule): string {
  const when = group === undefined ? "" : `, only with \`--${group}\``;
  const indented = (text: string) => text.replace(/^(?=.)/gm, "    ");
  return `${code} (${severity}${when})\n\n${summary} ${explanation}\n\nWrong:\n\n${indented(bad)}\nRight:\n\n${indented(good)}`;
}

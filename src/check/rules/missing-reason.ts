import type { Rule } from "../rule.ts";

export const missingReason: Rule = {
  code: "missing-reason",
  severity: "error",
  subject: "suppression",
  summary: "A suppression has no reason.",
  explanation: "The reason tells later readers whether the suppression is still needed.",
  bad: `project:
  name: aircraft
  # modelwright-ignore unknown-key
  colour: blue
`,
  good: `project:
  name: aircraft
  # modelwright-ignore unknown-key: our dashboard reads it
  colour: blue
`,
  *check(_, { all }) {
    for (const { span, codes, reason, scope } of all) {
      if (reason !== "" || scope === "unknown" || codes.some(({ code }) => code === undefined)) continue;
      if (codes.length === 0) continue;
      const hint = "Add it after a colon: `# modelwright-ignore unknown-key: our dashboard reads it`.";
      yield { message: "Missing reason for the suppression.", hint, span, path: "" };
    }
  },
};

import type { Rule } from "../rule.ts";

export const missingReason: Rule = {
  code: "missing-reason",
  severity: "error",
  subject: "suppression",
  summary: "A suppression gives no reason.",
  explanation: "Whoever reads the file later must be able to tell whether it is still needed.",
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
      const hint = "Write it behind a colon: `# modelwright-ignore unknown-key: our dashboard reads it`.";
      yield { message: "A suppression needs a reason.", hint, span, path: "" };
    }
  },
};

import { suggest } from "../../base/nearest.ts";
import { quote } from "../../base/quote.ts";
import type { Rule } from "../rule.ts";

export const unknownCode: Rule = {
  code: "unknown-code",
  severity: "error",
  subject: "suppression",
  summary: "A suppression does not name a known code.",
  explanation: "A suppression applies only to the codes that it names; `modelwright explain` lists all codes.",
  bad: `project:
  name: aircraft
  # modelwright-ignore unkown-key: our dashboard reads it
  colour: blue
`,
  good: `project:
  name: aircraft
  # modelwright-ignore unknown-key: our dashboard reads it
  colour: blue
`,
  *check(_, { all, codes: known }) {
    for (const { codes, directive, scope } of all) {
      if (scope === "unknown") continue;
      if (codes.length === 0) {
        const hint = "Add it after the directive: `# modelwright-ignore unknown-key: our dashboard reads it`.";
        yield { message: "Missing code for the suppression.", hint, span: directive, path: "" };
      }
      for (const { written, code, near, span } of codes) {
        if (code === written) continue;
        const isOwn = OWN.has(written);
        yield {
          message: isOwn ? `${quote(written)} cannot be suppressed.` : `Unknown code ${quote(written)}.`,
          hint: isOwn ? "Fix the suppression that it reports." : suggest(written, known, "code", near),
          span,
          path: "",
          fixes:
            code === undefined
              ? []
              : [{ title: `Replace with ${quote(code)}`, safe: true, edits: [{ span, newText: code }] }],
        };
      }
    }
  },
};

/** The codes of findings about suppressions. */
const OWN: ReadonlySet<string> = new Set(["missing-reason", "unknown-code", "unused-suppression"]);

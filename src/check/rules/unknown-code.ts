import { suggest } from "../../base/nearest.ts";
import { quote } from "../../base/quote.ts";
import type { Rule } from "../rule.ts";

export const unknownCode: Rule = {
  code: "unknown-code",
  severity: "error",
  subject: "suppression",
  summary: "A suppression names no code of a finding.",
  explanation: "A suppression is for the findings that it names; `modelwright explain` lists all codes.",
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
        const hint = "Write it behind the word: `# modelwright-ignore unknown-key: our dashboard reads it`.";
        yield { message: "A suppression needs the code of what it suppresses.", hint, span: directive, path: "" };
      }
      for (const { written, code, near, span } of codes) {
        if (code === written) continue;
        const isOwn = OWN.has(written);
        yield {
          message: isOwn ? `${quote(written)} cannot be suppressed.` : `No finding has the code ${quote(written)}.`,
          hint: isOwn ? "Mend the comment that it is about." : suggest(written, known, "code", near),
          span,
          path: "",
          fixes:
            code === undefined ? [] : [{ title: `Write ${quote(code)}`, safe: true, edits: [{ span, newText: code }] }],
        };
      }
    }
  },
};

/** What is said about suppressions themselves. */
const OWN: ReadonlySet<string> = new Set(["missing-reason", "unknown-code", "unused-suppression"]);

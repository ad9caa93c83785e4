import { orList, quote } from "../../base/quote.ts";
import { type Span, textOf } from "../../base/source.ts";
import type { Rule } from "../rule.ts";

export const unusedSuppression: Rule = {
  code: "unused-suppression",
  severity: "warning",
  subject: "suppression",
  summary: "A suppression has no effect.",
  explanation:
    "The finding has been fixed, or is on another line. A suppression at the end of a line applies to that line; one on its own line applies to the next line. Nothing is reported where the check may miss findings: in invalid text, for code that is not available, and for warnings in a file with errors.",
  bad: `project:
  # modelwright-ignore unknown-key: our dashboard reads it
  name: aircraft
`,
  good: `project:
  # modelwright-ignore unknown-key: our dashboard reads it
  colour: blue
  name: aircraft
`,
  *check(_, { all, isUnused }) {
    for (const suppression of all) {
      const { span, directive, scope, codes, reason } = suppression;
      if (scope === "unknown") {
        const hint = `Write ${orList(["modelwright-ignore", "modelwright-ignore-file"])}.`;
        yield { message: `Unknown directive ${quote(textOf(directive))}.`, hint, span: directive, path: "" };
        continue;
      }
      if (scope === "misplaced") {
        const message = "A suppression for the whole file must be at the top of the file.";
        yield { message, hint: "Move it to the top of the file.", span: directive, path: "" };
        continue;
      }
      // One mistake at a time.
      if (reason === "" || codes.some(({ code, written }) => code !== written)) continue;
      const unused = codes.filter(({ code }) => code !== undefined && isUnused(suppression, code));
      const isWhole = unused.length === codes.length;
      for (const { written, span: place } of unused) {
        yield {
          message: `Unused suppression: the ${scope} has no finding ${quote(written)}.`,
          hint: isWhole ? "Remove the comment." : "Remove the code.",
          span: place,
          path: "",
          fixes: isWhole
            ? [{ title: "Remove the comment", safe: false, edits: [{ span: whole(span), newText: "" }] }]
            : [],
        };
      }
    }
  },
};

/** A comment with the spaces before it, and with the whole line if there is nothing else on it. */
function whole({ source, start, end }: Span): Span {
  const { text } = source;
  let from = start;
  while (text[from - 1] === " " || text[from - 1] === "\t") from--;
  const isAlone = from === 0 || text[from - 1] === "\n";
  const newline = text.indexOf("\n", end);
  return { source, start: from, end: isAlone ? (newline < 0 ? text.length : newline + 1) : end };
}

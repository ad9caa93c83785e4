import { orList, quote } from "../../base/quote.ts";
import { type Span, textOf } from "../../base/source.ts";
import type { Rule } from "../rule.ts";

export const unusedSuppression: Rule = {
  code: "unused-suppression",
  severity: "warning",
  subject: "suppression",
  summary: "A suppression suppresses nothing.",
  explanation:
    "What it was for is mended, or stands on another line. It is for the line that it stands behind or, alone in its line, for the next one. Where more may be wrong than can be seen, nothing is said: in text that cannot be read, of code that is not here, and of warnings beside errors.",
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
        yield { message: `${quote(textOf(directive))} means nothing.`, hint, span: directive, path: "" };
        continue;
      }
      if (scope === "misplaced") {
        const message = "A suppression for a whole file must stand above everything else in it.";
        yield { message, hint: "Move it to the top.", span: directive, path: "" };
        continue;
      }
      // One mistake at a time.
      if (reason === "" || codes.some(({ code, written }) => code !== written)) continue;
      const unused = codes.filter(({ code }) => code !== undefined && isUnused(suppression, code));
      const isWhole = unused.length === codes.length;
      for (const { written, span: place } of unused) {
        yield {
          message: `${scope === "file" ? "This file" : "The line that this is for"} has no finding ${quote(written)}.`,
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

/** A comment with the blanks before it, and with its line if nothing else stands there. */
function whole({ source, start, end }: Span): Span {
  const { text } = source;
  let from = start;
  while (text[from - 1] === " " || text[from - 1] === "\t") from--;
  const isAlone = from === 0 || text[from - 1] === "\n";
  const newline = text.indexOf("\n", end);
  return { source, start: from, end: isAlone ? (newline < 0 ? text.length : newline + 1) : end };
}

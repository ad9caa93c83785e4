import { quote } from "../../base/quote.ts";
import { textOf } from "../../base/source.ts";
import { MISFIT } from "../../parse/tags.ts";
import { printKeyPath } from "../../parse/tree.ts";
import { problemsOf } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

export const yamlSyntax: Rule = {
  code: "yaml-syntax",
  severity: "error",
  subject: "definition",
  summary: "The text is not YAML.",
  explanation: "What cannot be read is left out, and the rest of the file is checked all the same.",
  bad: `project:
  name: "aircraft
`,
  good: `project:
  name: "aircraft"
`,
  *check(graph) {
    for (const { span, code, detail } of problemsOf(graph, "yaml-syntax")) {
      const words = wordsForBraces(textOf(span)) ?? OPENED.get(textOf(span)) ?? wordsFor(code, textOf(span), detail);
      const [message, hint] = words ?? [`This is not YAML: ${sentence(detail)}`, undefined];
      // The platform reads such a file, and so do we.
      const severity = code === "FLOW_END_INDENT" ? "warning" : "error";
      yield { message, severity, span, path: "", ...(hint === undefined ? {} : { hint }) };
    }
    for (const { span, path } of problemsOf(graph, "merge-value")) {
      const message = "A merge key takes over the keys of a map, and no map stands behind it.";
      yield { message, hint: "Write an alias, such as `<<: *base`.", span, path: printKeyPath(path) };
    }
  },
};

type Words = readonly [message: string, hint: string];

/** `{{datapoints}}`, as other tools write expressions, is a map in a map to YAML. */
function wordsForBraces(text: string): Words | undefined {
  const path = /^\{\{\s*([\w.]+)\s*\}\}$/.exec(text)?.[1];
  return path === undefined ? undefined : ["To YAML this is a map in a map.", `Write \`\${${path}}\`.`];
}

function wordsFor(code: string, text: string, detail: string): Words | undefined {
  if (code === "TAG_RESOLVE_FAILED" && detail.startsWith(MISFIT))
    return ["The value is not what its tag says.", `Remove ${quote(text)}, or correct the value.`];
  if (code !== "BAD_ALIAS" || text !== ":") return WORDS[code];
  return ["An alias cannot end with a colon.", "Remove the colon, or put a blank before it."];
}

/** What stands at the place of something that is opened and never closed. */
const OPENED: ReadonlyMap<string, Words> = new Map([
  ["[", ["This bracket is never closed.", "Look for the missing `]`."]],
  ["{", ["This brace is never closed.", "Look for the missing `}`."]],
  ['"', ["This quote is never closed.", 'Look for the missing `"`.']],
  ["'", ["This quote is never closed.", "Look for the missing `'`."]],
]);

/** The errors that people meet, in words that say what to do; every other one keeps the words of the YAML reader. */
const WORDS: Readonly<Record<string, Words>> = {
  ALIAS_PROPS: ["An alias cannot have an anchor or a tag of its own.", "Write only `*name`."],
  BAD_ALIAS: ["An alias needs a name.", "Put a text that begins with `*` in quotes."],
  BAD_DQ_ESCAPE: ["This escape does not exist.", "Double the backslash, or use single quotes, which know no escapes."],
  BAD_INDENT: [
    "This is indented differently from what it belongs to.",
    "All keys of one map begin in the same column.",
  ],
  BAD_SCALAR_START: ["Plain text cannot begin with this character.", "Put the value in quotes."],
  BLOCK_AS_IMPLICIT_KEY: ["A value with a colon and a blank behind it needs quotes.", "Put the value in quotes."],
  CODE_FENCE: ["This is a code fence of Markdown, not YAML.", "Remove the lines of the fence."],
  FLOW_END_INDENT: [
    "YAML wants the closing bracket indented further than the key that it belongs to.",
    "Indent it by one more blank; PyYAML reads it as it is.",
  ],
  KEY_NOT_TEXT: ["A key must be text.", "Keys are names such as `models`."],
  MISSING_CHAR: ["Something is not closed here.", "Look for the missing quote, bracket or colon."],
  MULTILINE_IMPLICIT_KEY: ["A key needs a colon behind it.", "Write `key: value`."],
  TAG_RESOLVE_FAILED: [
    "This tag is unknown.",
    "Put a text that begins with `!` in quotes; of tags only those of YAML's repository, such as `!!str`, mean something.",
  ],
  MISSING_DASH: ["Each entry of a list begins with a dash.", "Write `- ` before it."],
  STRAY_TEXT: [
    "This text belongs to nothing.",
    "Remove it; a key has a colon behind it, an entry of a list a dash before it.",
  ],
  TEXT_BEFORE_BLOCK: ["A key has either a value beside it or lines below it.", "Remove one of the two."],
};

function sentence(detail: string): string {
  return detail.endsWith(".") ? detail : `${detail}.`;
}

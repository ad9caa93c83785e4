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
  summary: "The text is not valid YAML.",
  explanation: "Invalid text is ignored, and the rest of the file is still checked.",
  bad: `project:
  name: "aircraft
`,
  good: `project:
  name: "aircraft"
`,
  *check(graph) {
    for (const { span, code, detail } of problemsOf(graph, "yaml-syntax")) {
      const words = wordsForBraces(textOf(span)) ?? OPENED.get(textOf(span)) ?? wordsFor(code, textOf(span), detail);
      const [message, hint] = words ?? [`Invalid YAML: ${clause(detail)}`, undefined];
      // The platform reads such a file, and so does Modelwright.
      const severity = code === "FLOW_END_INDENT" ? "warning" : "error";
      yield { message, severity, span, path: "", ...(hint === undefined ? {} : { hint }) };
    }
    for (const { span, path } of problemsOf(graph, "merge-value")) {
      const message = "The value of a merge key must be a map.";
      yield { message, hint: "Write an alias, such as `<<: *base`.", span, path: printKeyPath(path) };
    }
  },
};

type Words = readonly [message: string, hint: string];

/** `{{datapoints}}`, an expression in other tools, is a map in a map in YAML. */
function wordsForBraces(text: string): Words | undefined {
  const path = /^\{\{\s*([\w.]+)\s*\}\}$/.exec(text)?.[1];
  return path === undefined ? undefined : ["YAML reads double braces as a map in a map.", `Write \`\${${path}}\`.`];
}

function wordsFor(code: string, text: string, detail: string): Words | undefined {
  if (code === "TAG_RESOLVE_FAILED" && detail.startsWith(MISFIT))
    return ["The value does not match its tag.", `Remove ${quote(text)}, or correct the value.`];
  if (code !== "BAD_ALIAS" || text !== ":") return WORDS[code];
  return ["An alias cannot end with a colon.", "Remove the colon, or add a space before it."];
}

/** By the character that is never closed. */
const OPENED: ReadonlyMap<string, Words> = new Map([
  ["[", ["This bracket is never closed.", "Add the missing `]`."]],
  ["{", ["This brace is never closed.", "Add the missing `}`."]],
  ['"', ["This quote is never closed.", 'Add the missing `"`.']],
  ["'", ["This quote is never closed.", "Add the missing `'`."]],
]);

/** Messages and hints for the common errors; the others have the message of the YAML parser. */
const WORDS: Readonly<Record<string, Words>> = {
  ALIAS_PROPS: ["An alias cannot have an anchor or a tag.", "Write only `*name`."],
  BAD_ALIAS: ["An alias needs a name.", "Put text that starts with `*` in quotes."],
  BAD_DQ_ESCAPE: ["Invalid escape sequence.", "Double the backslash, or use single quotes."],
  BAD_INDENT: ["Inconsistent indentation.", "Align all keys of a map in the same column."],
  BAD_SCALAR_START: ["Unquoted text cannot start with this character.", "Put the value in quotes."],
  BLOCK_AS_IMPLICIT_KEY: ["A value that contains a colon and a space needs quotes.", "Put the value in quotes."],
  CODE_FENCE: ["This is a Markdown code fence, not YAML.", "Remove the lines of the code fence."],
  FLOW_END_INDENT: [
    "The closing bracket must be indented further than its key.",
    "Indent it by one more space; PyYAML accepts it as it is.",
  ],
  KEY_NOT_TEXT: ["A key must be text.", "Write a name such as `models`."],
  MISSING_CHAR: ["A quote, a bracket or a colon is missing.", "Add the missing character."],
  MULTILINE_IMPLICIT_KEY: ["A colon is missing after a key.", "Write `key: value`."],
  TAG_RESOLVE_FAILED: [
    "Unknown tag.",
    "Put text that starts with `!` in quotes, or use a standard tag such as `!!str`.",
  ],
  MISSING_DASH: ["A dash is missing before an item of a list.", "Add `- ` before it."],
  STRAY_TEXT: ["Unexpected text.", "Remove it, or add a colon after a key or a dash before an item of a list."],
  TEXT_BEFORE_BLOCK: ["A key cannot have both a value and lines below it.", "Remove one of the two."],
};

/** A message of the YAML parser, to follow a colon. */
function clause(detail: string): string {
  const lower = /^[A-Z][a-z ]/.test(detail) ? detail.charAt(0).toLowerCase() + detail.slice(1) : detail;
  return lower.endsWith(".") ? lower : `${lower}.`;
}

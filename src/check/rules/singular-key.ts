import type { Fix } from "../../base/diagnostic.ts";
import { quote } from "../../base/quote.ts";
import { type Span, textOf } from "../../base/source.ts";
import { printKeyPath } from "../../parse/tree.ts";
import { problemsOf } from "../facts/places.ts";
import type { Rule } from "../rule.ts";

export const singularKey: Rule = {
  code: "singular-key",
  severity: "error",
  subject: "definition",
  summary: "A top-level section is written in the singular.",
  explanation: "The sections are lists and have plural names; a singular one is ignored in silence.",
  bad: `model:
  name: detector
`,
  good: `models: []
`,
  *check(graph) {
    for (const { span, path, key, isList } of problemsOf(graph, "singular-key")) {
      yield {
        message: `${quote(key)} is not a section, and everything below it is ignored; the sections have plural names.`,
        hint: isList
          ? `Write \`${key}s:\`.`
          : `Write \`${key}s:\`, and put \`- \` before the first key of each entry below it.`,
        span,
        path: printKeyPath(path),
        ...(isList ? { fixes: pluralFix(span, key) } : {}),
      };
    }
  },
};

/** The letter is put behind the last one of the key, whose quotes stay. */
function pluralFix({ source, ...span }: Span, key: string): readonly Fix[] {
  const at = span.start + textOf({ source, ...span }).lastIndexOf(key) + key.length;
  const edits = [{ span: { source, start: at, end: at }, newText: "s" }];
  return at < span.start + key.length ? [] : [{ title: `Write ${quote(`${key}s`)}`, safe: true, edits }];
}

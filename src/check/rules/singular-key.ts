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
  summary: "A top-level section has a singular name.",
  explanation: "The sections are lists and have plural names; the platform silently ignores a singular name.",
  bad: `model:
  name: detector
`,
  good: `models: []
`,
  *check(graph) {
    for (const { span, path, key, isList } of problemsOf(graph, "singular-key")) {
      yield {
        message: `Unknown section ${quote(key)}: the sections have plural names.`,
        hint: isList
          ? `Write \`${key}s:\`.`
          : `Write \`${key}s:\`, and add \`- \` before the first key of each item below it.`,
        span,
        path: printKeyPath(path),
        ...(isList ? { fixes: pluralFix(span, key) } : {}),
      };
    }
  },
};

/** Adds the letter inside the quotes of the key, if it has any. */
function pluralFix({ source, ...span }: Span, key: string): readonly Fix[] {
  const at = span.start + textOf({ source, ...span }).lastIndexOf(key) + key.length;
  const edits = [{ span: { source, start: at, end: at }, newText: "s" }];
  return at < span.start + key.length ? [] : [{ title: `Replace with ${quote(`${key}s`)}`, safe: true, edits }];
}

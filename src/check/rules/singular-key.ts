import { quote } from "../../base/did-you-mean.ts";
import { entryOf, printPath } from "../../parse/tree.ts";
import { problemsOf } from "../places.ts";
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
    for (const { span, path, key } of problemsOf(graph, "singular-key")) {
      const file = graph.bound.files.find(({ source }) => source === span.source);
      const isList = file?.root !== undefined && entryOf(file.root.node, key)?.value.kind === "list";
      yield {
        message: `${quote(key)} is not a section, and everything below it is ignored; the sections have plural names.`,
        hint: isList
          ? `Write \`${key}s:\`.`
          : `Write \`${key}s:\`, and put \`- \` before the first key of each entry below it.`,
        span,
        path: printPath(path),
        ...(isList
          ? { fixes: [{ title: `Write ${quote(`${key}s`)}`, safe: true, edits: [{ span, newText: `${key}s` }] }] }
          : {}),
      };
    }
  },
};

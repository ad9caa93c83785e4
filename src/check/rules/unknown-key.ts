import { nearest, quote, suggest } from "../../base/did-you-mean.ts";
import { printPath } from "../../parse/tree.ts";
import { problemsOf } from "../places.ts";
import type { Rule } from "../rule.ts";

export const unknownKey: Rule = {
  code: "unknown-key",
  severity: "error",
  subject: "definition",
  summary: "A key is not part of the format.",
  explanation:
    "An unknown key has no effect; nearly always it is another one misspelled. At the top level, keys that begin with `x-` are free.",
  bad: `project:
  name: aircraft
  descripton: Finds aircraft
`,
  good: `project:
  name: aircraft
  description: Finds aircraft
`,
  *check(graph) {
    for (const { span, path, key, parent, known } of problemsOf(graph, "unknown-key")) {
      const near = nearest(key, known);
      const [only] = near;
      const isFree = path.parent === undefined && only === undefined;
      yield {
        message: `${quote(key)} is not a key of ${parent}.`,
        hint: isFree
          ? `It has no effect; write \`x-${key}\` to keep it for yourself.`
          : suggest(key, known, "other key"),
        span,
        path: printPath(path),
        ...(isFree ? { severity: "hint" as const } : {}),
        ...(only !== undefined && near.length === 1
          ? { fixes: [{ title: `Write ${quote(only)}`, safe: true, edits: [{ span, newText: only }] }] }
          : {}),
      };
    }
  },
};

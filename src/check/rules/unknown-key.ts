import { nearest, quote, suggest } from "../../base/did-you-mean.ts";
import { printPath } from "../../parse/tree.ts";
import { misplacedKeys } from "../misplaced.ts";
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
    const { belongs, explained, colonless } = misplacedKeys(graph);
    for (const problem of problemsOf(graph, "unknown-key")) {
      const { span, path, key, parent, known } = problem;
      const owner = belongs.get(problem);
      if (explained.has(problem)) continue;
      const meant = colonless.get(problem)?.key;
      if (meant !== undefined) {
        const message = `${quote(key)} is not a key of ${parent}; a colon is missing behind ${quote(meant)}.`;
        yield { message, hint: `Write \`${meant}: …\`.`, span, path: printPath(path) };
        continue;
      }
      if (owner !== undefined) {
        const message = `${quote(key)} is not a key of ${parent}; it belongs to ${owner.parent}.`;
        const related = [{ message: "It is missing here.", span: owner.span }];
        yield { message, hint: "Indent it as the other keys there.", span, path: printPath(path), related };
        continue;
      }
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

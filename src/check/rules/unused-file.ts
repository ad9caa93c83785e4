import type { Finding } from "../../base/diagnostic.ts";
import { quote } from "../../base/quote.ts";
import { isIdentifier } from "../../bind/identifier.ts";
import { printKeyPath, type ScalarNode, spanOf } from "../../parse/tree.ts";
import { example, PARAMS_FILE, PARAMS_INPUT } from "../examples/example.ts";
import { isMentioned, soundRuntime } from "../facts/usage.ts";
import type { Rule } from "../rule.ts";

export const unusedFile: Rule = {
  code: "unused-file",
  severity: "warning",
  subject: "definition",
  summary: "A file is fetched, and nothing uses it.",
  explanation:
    "The Python code learns where a file is only from an input that refers to it. Without one the file is fetched for nothing, or an input was forgotten.",
  bad: example({
    model: PARAMS_FILE,
  }),
  good: example({
    model: PARAMS_FILE,
    load: PARAMS_INPUT,
  }),
  *check(graph) {
    // A list of files that several models share by an alias is written once, and each file in it serves some of them.
    const unused = new Map<ScalarNode, Finding>();
    const used = new Set<ScalarNode>();
    for (const typed of graph.models) {
      const { files, references } = typed.bound;
      if (files.size === 0) continue;
      const runtime = soundRuntime(typed);
      const names = new Set(references.flatMap(({ meaning }) => (meaning.kind === "file" ? [meaning.name] : [])));
      for (const { name, leaf } of files.values()) {
        const isUsed = runtime === undefined || names.has(name);
        // A name that is none has its own finding.
        if (isUsed || !isIdentifier(name) || isMentioned(runtime.load, name) || isMentioned(runtime.predict, name)) {
          used.add(leaf.node);
          continue;
        }
        unused.set(leaf.node, {
          message: `Nothing uses the file ${quote(name)}.`,
          hint: `Hand \`\${model.files.${name}.url}\` to \`load\` as an input, or remove the file.`,
          span: spanOf(leaf.node),
          path: printKeyPath(leaf.path),
        });
      }
    }
    for (const [node, finding] of unused) if (!used.has(node)) yield finding;
  },
};

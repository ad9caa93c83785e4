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
  summary: "A file is fetched but never used.",
  explanation:
    "The Python code receives the path of a file only through an input that refers to it. Without such an input, either the file is not needed or the input is missing.",
  bad: example({
    model: PARAMS_FILE,
  }),
  good: example({
    model: PARAMS_FILE,
    load: PARAMS_INPUT,
  }),
  *check(graph) {
    // A list of files that several models share by an alias is written once, and each file is used by some of the models.
    const unused = new Map<ScalarNode, Finding>();
    const used = new Set<ScalarNode>();
    for (const typed of graph.models) {
      const { files, references } = typed.bound;
      if (files.size === 0) continue;
      const runtime = soundRuntime(typed);
      const names = new Set(references.flatMap(({ meaning }) => (meaning.kind === "file" ? [meaning.name] : [])));
      for (const { name, leaf } of files.values()) {
        const isUsed = runtime === undefined || names.has(name);
        // An invalid name has its own finding.
        if (isUsed || !isIdentifier(name) || isMentioned(runtime.load, name) || isMentioned(runtime.predict, name)) {
          used.add(leaf.node);
          continue;
        }
        unused.set(leaf.node, {
          message: `Unused file ${quote(name)}.`,
          hint: `Pass \`\${model.files.${name}.url}\` to \`load\`, or remove the file.`,
          span: spanOf(leaf.node),
          path: printKeyPath(leaf.path),
        });
      }
    }
    for (const [node, finding] of unused) if (!used.has(node)) yield finding;
  },
};

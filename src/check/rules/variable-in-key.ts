import { quote } from "../../base/quote.ts";
import type { BoundCall } from "../../bind/bound.ts";
import { spanInScalar } from "../../parse/source-map.ts";
import { type Path, printKeyPath, type YamlNode } from "../../parse/tree.ts";
import { example } from "../examples/example.ts";
import type { Rule } from "../rule.ts";

export const variableInKey: Rule = {
  code: "variable-in-key",
  severity: "warning",
  subject: "definition",
  summary: "A key in the value of an input contains an environment variable.",
  explanation:
    "Keys are text, so Python receives `${NAME}` unchanged. The platform replaces the variable before it reads the file, so there the key is the value of the variable.",
  bad: example({
    load: `        inputs:
          - name: sizes
            value:
              "\${SIDE}": 640
`,
  }),
  good: example({
    load: `        inputs:
          - name: sizes
            value:
              width: 640
`,
  }),
  *check(graph) {
    const seen = new Set<YamlNode>();
    for (const { runtime } of graph.bound.models) {
      if (!("runtime" in runtime)) continue;
      for (const { node, path } of valuesOf([runtime.runtime.load, runtime.runtime.predict])) {
        const waiting: { readonly node: YamlNode; readonly path: Path | undefined }[] = [{ node, path }];
        for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
          if (seen.has(next.node)) continue;
          seen.add(next.node);
          if (next.node.kind === "list")
            for (const [key, item] of next.node.items.entries())
              waiting.push({ node: item, path: { parent: next.path, key } });
          if (next.node.kind !== "map") continue;
          for (const { key, value } of next.node.entries) {
            const at: Path = { parent: next.path, key: key.text };
            waiting.push({ node: value, path: at });
            const found = VARIABLE.exec(key.text);
            if (found === null) continue;
            yield {
              message: `${quote(found[0])} is text in a key, but the platform replaces it.`,
              hint: "Write the key directly, or build the map in the Python code.",
              span: spanInScalar(key, found.index, found.index + found[0].length),
              path: printKeyPath(at),
            };
          }
        }
      }
    }
  },
};

/** A variable as the platform replaces it. */
const VARIABLE = /(?<!\$)\$(?:\{[A-Za-z_]\w*\}|[A-Za-z_]\w*)/;

/** The values of the inputs of some calls. */
function valuesOf(calls: readonly (BoundCall | undefined)[]) {
  return calls.flatMap((call) => [...(call?.inputs.values() ?? [])].flatMap(({ value }) => value ?? []));
}

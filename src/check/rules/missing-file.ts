import { quote } from "../../base/did-you-mean.ts";
import { isAbsolute } from "../../base/path.ts";
import type { Place } from "../../infer/typed.ts";
import { type Path, printPath, type ScalarNode, spanOf } from "../../parse/tree.ts";
import { example } from "../example.ts";
import type { Rule } from "../rule.ts";

export const missingFile: Rule = {
  code: "missing-file",
  severity: "error",
  subject: "machine",
  summary: "A file or folder that the definition names is not there.",
  explanation:
    "Paths are relative to the definition file. A path that git ignores is not on every machine, so its absence proves nothing and is only noted.",
  bad: example({
    model: `    files:
      - name: params
        url: results/params.pt
`,
    load: `        inputs:
          - name: params_url
            value: \${model.files.params.url}
`,
  }),
  good: example({
    model: `    files:
      - name: params
        url: https://example.com/params.pt
`,
    load: `        inputs:
          - name: params_url
            value: \${model.files.params.url}
`,
  }),
  *check(graph) {
    for (const { bound, code, files } of graph.models) {
      const { location } = bound.repository;
      if (location.kind === "local" && location.leaf !== undefined) yield* checkPlace(code, "folder", location.leaf);
      for (const { bound: file, place } of files) {
        const url = file.url;
        if (url?.node.kind === "scalar") yield* checkPlace(place, "file", { node: url.node, path: url.path });
      }
    }
    for (const { leaf, place } of graph.data) yield* checkPlace(place, "file", leaf);
  },
};

function* checkPlace(
  place: Place,
  what: "file" | "folder",
  { node, path }: { readonly node: ScalarNode; readonly path: Path | undefined },
) {
  if (place.kind !== "local" || place.verdict === "present") return;
  const shown = quote(place.path);
  const at = { span: spanOf(node), path: printPath(path) };
  if (place.verdict === "ignored") {
    yield {
      message: `The ${what} ${shown} is not on this machine, and git ignores it.`,
      severity: "unverified" as const,
      ...at,
    };
  } else if (place.verdict === "wrong-kind") {
    yield { message: `${shown} is a file; the code is in a folder.`, hint: "Name the folder.", ...at };
  } else yield { message: `The ${what} ${shown} does not exist.`, ...hintFor(node.text), ...at };
}

function hintFor(written: string) {
  if (written.startsWith("~")) return { hint: "`~` stands for nothing here; write the path itself." };
  if (written.includes("\\")) return { hint: "Write paths with `/`." };
  return isAbsolute(written) ? {} : { hint: "Paths are relative to the definition file." };
}

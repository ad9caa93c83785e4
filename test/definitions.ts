// Definitions as text in memory, and their findings as short lines of text.
import { readFileSync } from "node:fs";
import { memoryHost } from "../src/base/host.ts";
import { positionAt, textOf } from "../src/base/source.ts";
import type { BoundGraph } from "../src/bind/bind.ts";
import { type Checked, type Compilation, type CompileOptions, compile } from "../src/compile.ts";
import { fixture } from "./golden.ts";

/** The Python code that every definition here can name. It accepts any arguments. */
export const PYTHON = `def get_model(**options):
    return options


def predict(**options):
    return []
`;

/** A complete definition for tests that change one thing. */
export const DEFINITION = `models:
  - name: detector
    files:
      - name: params
        url: https://example.com/params.pt
    runtime:
      image: python:3.11-slim
      device: cpu
      batch:
        max_size: 4
      load:
        entrypoint: inference:get_model
        inputs:
          - name: params_url
            value: \${model.files.params.url}
          - name: width
            value: 640
        output:
          name: network
      predict:
        entrypoint: inference:predict
        inputs:
          - name: model
            value: \${model.runtime.load.output.network}
          - name: datapoints
            value: \${datapoints}
        output:
          name: predictions
          keys: [boxes, scores]
`;

/** Files by path, or the text of a single file. */
export type Files = string | Readonly<Record<string, string>>;

/** Compiles files in memory. The first one is checked, unless `given` names another one. */
export function compileText(files: Files, options: CompileOptions & { readonly given?: readonly string[] } = {}) {
  const map = new Map(Object.entries(typeof files === "string" ? { "efemarai.yaml": files } : files));
  const { given = [...map.keys()].slice(0, 1), ...others } = options;
  if (!map.has("inference.py")) map.set("inference.py", PYTHON);
  return compile(given, memoryHost(map), others);
}

/** One line per finding: line, column, code and the underlined characters. */
export function findings({ diagnostics }: Pick<Checked, "diagnostics">): readonly string[] {
  return diagnostics.map(({ code, span }) => {
    const { line, column } = positionAt(span.source, span.start);
    return `${line}:${column} ${code} ${textOf(span)}`;
  });
}

/** Short findings: the code and the underlined characters. */
export function mistakes(checked: Pick<Checked, "diagnostics">): readonly string[] {
  return checked.diagnostics.map(({ code, span }) => `${code} ${textOf(span)}`);
}

/** Replaces a text that occurs exactly once. */
export function change(text: string, from: string, to: string): string {
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`${JSON.stringify(from)} occurs ${parts.length - 1} times`);
  return parts.join(to);
}

/** The bound graph, for tests of single stages. */
export function boundGraph(compilation: Compilation): BoundGraph {
  return compilation.graph.bound;
}

/** The definition of an accepted case. */
export function accepted(name: string, file = "efemarai.yaml"): string {
  return readFileSync(fixture("accept", name, file), "utf8");
}

// Pretty output as it stands on a terminal of 80 and of 40 columns, with and without colour.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as assert from "uvu/assert";
import type { Diagnostic } from "../src/base/diagnostic.ts";
import type { Source, Span } from "../src/base/source.ts";
import { widthOf } from "../src/cli/render/columns.ts";
import { renderPretty } from "../src/cli/render/pretty.ts";
import { change, DEFINITION } from "./definitions.ts";
import { describe } from "./describe.ts";
import { compileCase } from "./fixtures.ts";
import { fixture, golden } from "./golden.ts";

const WIDTHS = [80, 40];

/** Several real definitions. */
const CASES = ["severities", "near", "far", "other-file", "letters", "long-lines"];

/** The place of a piece of text that stands there once. */
function spanOf(source: Source, piece: string): Span {
  change(source.text, piece, "");
  const start = source.text.indexOf(piece);
  return { source, start, end: start + piece.length };
}

function pictures(name: string, checked: { readonly diagnostics: readonly Diagnostic[]; readonly files: number }) {
  for (const width of WIDTHS) {
    const text = renderPretty(checked, { color: false, isResult: true, width });
    golden(fixture("pretty", name, `${width}.txt`), text);
    const colored = renderPretty(checked, { color: true, isResult: true, width });
    golden(fixture("pretty", name, `${width}-color.txt`), colored);
    assert.is(withoutColor(colored), text, "colour changes nothing but the colour");
    for (const line of text.split("\n")) {
      assert.ok(/^ *[┌├]─ /.test(line) || widthOf(line) <= width, `wider than ${width} columns: ${line}`);
    }
  }
}

function withoutColor(text: string): string {
  return text.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g"), "");
}

describe("pretty", (test) => {
  for (const name of CASES) test(name, () => pictures(name, compileCase(fixture("pretty", name))));

  const definition: Source = { path: "efemarai.yaml", text: DEFINITION };

  test("python: the second place is in a Python file, or the first one", () => {
    const path = "detection/inference.py";
    const source: Source = { path, text: readFileSync(join(fixture("pretty", "python"), path), "utf8") };
    const unknownArgument: Diagnostic = {
      code: "unknown-argument",
      severity: "error",
      message: "`get_model` takes no argument named `width`.",
      hint: "It takes `params_url`, `image_size` and `half`.",
      span: spanOf(definition, "width"),
      path: "models[0].runtime.load.inputs[1].name",
      label: "is handed to `get_model`",
      related: [
        {
          message: "These are its parameters.",
          span: spanOf(
            source,
            "(\n    params_url: str,\n    *,\n    image_size: int = 640,\n    half: bool = False,\n)",
          ),
        },
      ],
    };
    const wrongReturn: Diagnostic = {
      code: "python-syntax",
      severity: "warning",
      message: "This bracket is never closed, so what `predict` takes is not known.",
      span: spanOf(source, "[index for index in"),
      path: "",
      label: "opens here",
      related: [{ message: "The entrypoint is written here.", span: spanOf(definition, "inference:predict") }],
    };
    pictures("python", { diagnostics: [unknownArgument, wrongReturn], files: 1 });
  });

  test("lines: a mark over several lines", () => {
    const base = { code: "example", severity: "error", path: "", message: "Several lines are wrong." } as const;
    const start = definition.text.indexOf("    runtime:");
    const end = definition.text.indexOf("      predict:");
    const marked = (from: string, to: string): Span => ({
      source: definition,
      start: definition.text.indexOf(from),
      end: definition.text.indexOf(to) + to.length,
    });
    const diagnostics: Diagnostic[] = [
      { ...base, span: marked("max_size", "entrypoint: inference:get_model"), label: "three lines" },
      { ...base, span: { source: definition, start, end }, label: "many lines, the line break included" },
      {
        ...base,
        span: { source: definition, start: definition.text.length, end: definition.text.length },
        label: "the end",
      },
      {
        ...base,
        span: marked("name: params_url", "name: params_url"),
        related: [{ span: marked("- name: params_url", "value: 640"), message: "The whole list." }],
      },
    ];
    pictures("lines", { diagnostics, files: 1 });
  });
});

// Pretty output on terminals of 80 and 40 columns, with and without color.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import * as assert from "uvu/assert";
import type { Diagnostic } from "../src/base/diagnostic.ts";
import type { Source, Span } from "../src/base/source.ts";
import { widthOf, wrap } from "../src/render/columns.ts";
import { renderPretty } from "../src/render/pretty.ts";
import { change, DEFINITION } from "./definitions.ts";
import { describe } from "./describe.ts";
import { compileCase } from "./fixtures.ts";
import { fixture, golden } from "./golden.ts";
import { processorTime } from "./processor-time.ts";

const WIDTHS = [80, 40];

const NO_TERMINAL = { color: false, isResult: true };

/** Several real definitions. */
const CASES = ["severities", "near", "far", "other-file", "letters", "long-lines"];

/** The place of a text that occurs once. */
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

  test("python: the related place is in a Python file, or the first one is", () => {
    const path = "detection/inference.py";
    const source: Source = { path, text: readFileSync(join(fixture("pretty", "python"), path), "utf8") };
    const unknownArgument: Diagnostic = {
      code: "unknown-argument",
      severity: "error",
      message: "`get_model` takes no argument named `width`.",
      hint: "It takes `params_url`, `image_size` and `half`.",
      span: spanOf(definition, "width"),
      path: "models[0].runtime.load.inputs[1].name",
      label: "is passed to `get_model`",
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

  test("lines: an underline over several lines", () => {
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

  const base = { code: "example", severity: "error", path: "", message: "It is wrong." } as const;

  test("without a terminal nothing is wrapped", () => {
    const message = "word ".repeat(60).trim();
    const span: Span = { source: definition, start: 0, end: 6 };
    const text = renderPretty({ diagnostics: [{ ...base, span, message, hint: message }], files: 1 }, NO_TERMINAL);
    assert.ok(text.includes(`error[example]: ${message}\n`));
    assert.ok(text.includes(`= ${message}\n`));
  });

  test("the underline is below what it marks, in any text and at any width", () => {
    const letter = fc.constantFrom(..."ab {}:\"'\t日本é👩‍👩‍👧🇩🇪ש\u0301\u200b\u202e\u0007\u001b\ud800");
    const line = fc.array(letter, { maxLength: 120 }).map((letters) => letters.join(""));
    const input = fc.tuple(line, line, line, fc.integer({ min: 1, max: 120 }), fc.string(), fc.string());
    fc.assert(
      fc.property(input, ([before, after, other, width, message, label]) => {
        const source: Source = { path: "a.yaml", text: `${other}\n${before}MARKED${after}\r\n${other}` };
        const start = other.length + 1 + before.length;
        const span: Span = { source, start, end: start + 6 };
        const related = [{ message: label, span: { source, start: 0, end: source.text.length } }];
        const diagnostics = [
          { ...base, span, message: "It is." },
          { ...base, span, message, label, hint: label, related },
        ];
        const text = renderPretty({ diagnostics, files: 1 }, { color: false, isResult: true, width });
        for (const shown of text.split("\n")) {
          assert.ok(/^ *[┌├]─ /.test(shown) || widthOf(shown) <= Math.max(width, 24), `${width}: ${shown}`);
          assert.not.match(shown, /[\p{Cc}\p{Cs}\u200b\u202e]/u);
        }
        const [, , , marked = "", underline = ""] = text.split("\n");
        const column = widthOf(marked.slice(0, marked.indexOf("MARKED")));
        assert.is(underline, `  │ ${" ".repeat(column - 4)}^^^^^^`, marked);
      }),
      { numRuns: 500 },
    );
  });

  test("wrapped text is the same text, in lines that are as full as possible", () => {
    const word = fc.constantFrom("a", "to", "the", "`a b`", "日本", "detector", "`load input x`");
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), fc.integer({ min: 14, max: 60 }), (words, room) => {
        const lines = wrap(words.join(" "), room);
        assert.is(lines.join(" "), words.join(" "));
        for (const [i, line] of lines.entries()) {
          assert.ok(line !== "" && widthOf(line) <= room);
          const next = /^(?:`[^`]*`|\S+)/.exec(lines[i + 1] ?? "")?.[0];
          assert.ok(next === undefined || widthOf(`${line} ${next}`) > room);
        }
      }),
    );
  });

  test("an endless line is shown quickly", () => {
    const text = `a: ${"x日\u0301".repeat(700_000)}`;
    const source: Source = { path: "a.yaml", text };
    const spans = [0, text.length >> 1, text.length - 1].map((start) => ({ source, start, end: text.length }));
    const diagnostics = spans.map((span) => ({ ...base, span }));
    const milliseconds = processorTime(() => {
      const shown = renderPretty({ diagnostics, files: 1 }, { color: true, isResult: true, width: 80 });
      assert.ok(shown.length < 5_000);
    });
    assert.ok(milliseconds < 2_000, `${milliseconds} ms`);
  });
});

// The path from a place to the origin of its value, as the command line prints it. It always ends.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import fc from "fast-check";
import * as assert from "uvu/assert";
import { describeKey, keysBelow } from "../grammar/keys.ts";
import { lineStartsOf, positionAt } from "../src/base/source.ts";
import { parsePlace } from "../src/cli/commands/explain-place.ts";
import { renderExplanation, renderExplanationJson } from "../src/cli/render/explain.ts";
import { type Compilation, compile } from "../src/compile.ts";
import { nodeHost } from "../src/disk/host.ts";
import { explain } from "../src/explain/explain.ts";
import { MOST_HOPS } from "../src/explain/hop.ts";
import { accepted, compileText, DEFINITION } from "./definitions.ts";
import { describe } from "./describe.ts";
import { casesOf, definitionOf, folderOf } from "./fixtures.ts";
import { fixture, golden } from "./golden.ts";
import { processorTime } from "./processor-time.ts";

/** What is explained at a place, or the nearest place with an explanation. */
function explained(compilation: Compilation, file: string, line: number, column: number | undefined): string {
  const result = explain(compilation.graph, compilation.diagnostics, file, { line, column });
  if (result.kind === "explanation") return renderExplanation(result.explanation);
  if (result.kind === "no-file") return "no such file\n";
  const near = result.nearest && positionAt(result.nearest.source, result.nearest.start);
  return `nothing${near === undefined ? "" : `; the nearest is at ${near.line}:${near.column}`}\n`;
}

describe("explain a place", (test) => {
  for (const name of readdirSync(fixture("explain")).sort()) {
    test(name, () => {
      const folder = fixture("explain", name);
      const variables = join(folder, "variables.env");
      const options = existsSync(variables) ? { environment: parseEnv(readFileSync(variables, "utf8")) } : {};
      const given = definitionOf(folder);
      const places = readFileSync(join(folder, "places.txt"), "utf8").trimEnd().split("\n");
      const texts = places.map((place) => {
        const [at = "", ...words] = place.split(" ");
        const [, file = given, line = "", column] = /^(?:(.*\.yaml):)?(\d+)(?::(\d+))?$/.exec(at) ?? [];
        const compilation = compile([file], nodeHost(folder), options as Parameters<typeof compile>[2]);
        const both = compile([given, file], nodeHost(folder), options as Parameters<typeof compile>[2]);
        const text = explained(
          file === given ? compilation : both,
          file,
          Number(line),
          column === undefined ? undefined : Number(column),
        );
        return `## ${at}: ${words.join(" ")}\n\n${text}`;
      });
      const all = texts.join("\n");
      golden(join(folder, "explained.txt"), all);
      for (const hidden of ["ghp_", "k7Pw9zQ2", "Zk3v9QpL2mXw", "nobody-may-see"])
        assert.not(all.includes(hidden), hidden);
    });
  }

  test("the same hops as data", () => {
    const compilation = compileText(DEFINITION);
    const result = explain(compilation.graph, compilation.diagnostics, "efemarai.yaml", { line: 15, column: 25 });
    assert.is(result.kind, "explanation");
    if (result.kind !== "explanation") return;
    const data = JSON.parse(renderExplanationJson(result.explanation));
    assert.equal(
      data.hops.map((hop: Record<string, unknown>) => [hop["depth"], hop["verdict"], hop["type"]]),
      [
        [0, "ok", "path"],
        [1, "ok", "text"],
        [2, "unverified", undefined],
      ],
    );
    assert.equal(data.range.start, { line: 15, column: 20, offset: data.range.start.offset });
  });

  test("the ends of an expression belong to it, and a column after the end of the line is an error", () => {
    const compilation = compileText(DEFINITION);
    const at = (column: number) => explain(compilation.graph, [], "efemarai.yaml", { line: 15, column }).kind;
    assert.is(at(20), "explanation");
    assert.is(at(45), "explanation");
    assert.is(at(46), "nothing");
    assert.is(at(0), "nothing");
    assert.is(at(1), "nothing");
    assert.is(explain(compilation.graph, [], "other.yaml", { line: 1, column: 1 }).kind, "no-file");
  });

  test("columns are UTF-16 code units, as in editors", () => {
    const compilation = compileText('models:\n  - { name: "😀", description: "😀😀 ${A} ${B}" }\n');
    const line = '  - { name: "😀", description: "😀😀 ${A} ${B}" }';
    const text = explained(compilation, "efemarai.yaml", 2, line.indexOf("${B}") + 2);
    assert.match(text, "`B` is a variable");
  });
});

describe("places on the command line", (test) => {
  const table: readonly (readonly [text: string, place: unknown])[] = [
    ["efemarai.yaml:3:14", { file: "efemarai.yaml", line: 3, column: 14 }],
    ["a/b.yaml:3", { file: "a/b.yaml", line: 3, column: undefined }],
    ["C:\\models\\a.yaml:3:14", { file: "C:\\models\\a.yaml", line: 3, column: 14 }],
    ["C:\\models\\a.yaml:3", { file: "C:\\models\\a.yaml", line: 3, column: undefined }],
    ["a:b.yaml:1:2", { file: "a:b.yaml", line: 1, column: 2 }],
    ["-:1:2", { file: "-", line: 1, column: 2 }],
    ["a.yaml:1:2:", { file: "a.yaml", line: 1, column: 2 }],
    ["12:3:4", { file: "12", line: 3, column: 4 }],
    ["undefined-reference", undefined],
    ["C:\\models\\a.yaml", undefined],
    ["", undefined],
  ];
  for (const [text, place] of table) test(text, () => assert.equal(parsePlace(text), place));
});

describe("meanings of keys", (test) => {
  test("are those of the language reference", () => {
    assert.is(describeKey(["models", 0, "files", 3, "url"])?.name, "models[].files[].url");
    assert.is(describeKey(["domains", 0, "file"])?.values, "text");
    assert.is(describeKey(["domains", 0, "transformations", 0, "axes", 1, "value"])?.values, "any value");
    assert.is(describeKey(["models", "name"]), undefined);
    assert.is(describeKey(["__proto__"]), undefined);
    assert.is(describeKey(["models", 0, "constructor"]), undefined);
    assert.is(describeKey([]), undefined);
    assert.ok(keysBelow(["domains", 0]).includes("file") && keysBelow(["domains", 0]).includes("transformations"));
  });
});

describe("every place of every definition", (test) => {
  const check = (compilation: Compilation) => {
    for (const { source } of compilation.graph.bound.files) {
      for (let line = 1; line <= lineStartsOf(source).length + 1; line++) {
        for (const column of [undefined, 9, 20, 30]) {
          const result = explain(compilation.graph, compilation.diagnostics, source.path, { line, column });
          if (result.kind !== "explanation") continue;
          const { hops, span } = result.explanation;
          assert.ok(hops.length > 0 && hops.length <= MOST_HOPS, `${source.path}:${line}:${column}`);
          for (const at of [span, ...hops.flatMap((hop) => (hop.span === undefined ? [] : [hop.span]))])
            assert.ok(at.start >= 0 && at.start <= at.end && at.end <= at.source.text.length);
          assert.ok(renderExplanation(result.explanation).length < 100_000);
        }
      }
    }
  };

  for (const kind of ["accept", "reject"] as const) {
    test(`of ${kind}`, () => {
      for (const name of casesOf(kind)) {
        const folder = folderOf(kind, name);
        if (readFileSync(join(folder, definitionOf(folder))).length < 20_000)
          check(compile([definitionOf(folder)], nodeHost(folder)));
      }
    });
  }

  test("of definitions that are cut off anywhere", () => {
    const text = accepted("environment");
    fc.assert(
      fc.property(
        fc.nat(text.length),
        fc.constantFrom("", "${", "'", "[", "\t", "\u0000", "${model."),
        (length, end) => {
          check(compileText(text.slice(0, length) + end));
        },
      ),
      { numRuns: 25 },
    );
  });

  test("a path of thousands of steps, and a value of thousands of parts", () => {
    const inputs = Array.from(
      { length: 3000 },
      (_, i) =>
        `          - { name: i${i}, value: "\${model.runtime.load.inputs.i${i + 1}}\${model.runtime.load.inputs.i${i + 1}}" }\n`,
    );
    const begin = "models:\n  - name: a\n    runtime:\n      load:\n        entrypoint: a:b\n        inputs:\n";
    const compilation = compileText(`${begin}${inputs.join("")}          - { name: i3000, value: 1 }\n`);
    const milliseconds = processorTime(() => {
      const result = explain(compilation.graph, [], "efemarai.yaml", { line: 7, column: 35 });
      assert.ok(result.kind === "explanation" && result.explanation.hops.length === MOST_HOPS);
    });
    assert.ok(milliseconds < 2000, `${milliseconds} ms`);
  });
});

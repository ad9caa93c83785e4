// Fixes: a fixed mistake is gone, nothing else changes, and nothing gets worse.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import * as assert from "uvu/assert";
import type { Diagnostic } from "../src/base/diagnostic.ts";
import type { Host } from "../src/base/host.ts";
import { memoryHost } from "../src/base/host.ts";
import { certainMatch } from "../src/base/nearest.ts";
import { apart, applyEdits, safeChanges } from "../src/check/edits.ts";
import { nodeHost } from "../src/disk/host.ts";
import { type Fixed, fix } from "../src/fix.ts";
import { replaceInScalar, replaceScalar } from "../src/parse/edit-scalar.ts";
import { parse } from "../src/parse/parse.ts";
import { accepted, change, DEFINITION, PYTHON } from "./definitions.ts";
import { describe } from "./describe.ts";
import { about, casesOf, codeOfCase, definitionOf, folderOf, optionsFor } from "./fixtures.ts";
import { fixture } from "./golden.ts";
import { processorTime } from "./processor-time.ts";

/** `FUZZ_RUNS=100000` runs more. */
const RUNS = Number(process.env["FUZZ_RUNS"] ?? 150);

/** A folder with another text for its definition. */
function fixIn(folder: string, name: string, text: string): Fixed {
  return fix([{ path: name, text }], nodeHost(folder), optionsFor(folder));
}

function fixText(text: string, host: Host = memoryHost(new Map([["inference.py", PYTHON]]))): Fixed {
  return fix([{ path: "efemarai.yaml", text }], host);
}

/** The text after all fixes. */
function fixedText(text: string): string {
  return fixText(text).files[0]?.after ?? text;
}

const isSafe = ({ fixes = [] }: Diagnostic) => fixes.some(({ safe }) => safe);
const codesOf = ({ diagnostics }: Fixed["after"]) => diagnostics.map(({ code }) => code);
const countErrors = ({ diagnostics }: Fixed["after"]) =>
  diagnostics.filter(({ severity }) => severity === "error").length;

/** The lines of a text that its safe fixes change, from 0. */
function touchedLines(text: string, diagnostics: readonly Diagnostic[]): readonly number[] {
  const starts = safeChanges(diagnostics).flatMap(({ edits }) => edits.map(({ span }) => span.start));
  return starts.map((start) => text.slice(0, start).split("\n").length - 1);
}

describe("every safe fix of a rejected fixture", (test) => {
  const variants: readonly (readonly [string, (text: string) => string])[] = [
    ["", (text) => text],
    [", with CRLF and a byte order mark", (text) => `\ufeff${text.replace(/\r?\n/g, "\r\n")}`],
  ];
  let count = 0;
  for (const name of casesOf("reject")) {
    const folder = folderOf("reject", name);
    const file = definitionOf(folder);
    const written = readFileSync(join(folder, file), "utf8");
    if (!fixIn(folder, file, written).before.diagnostics.some(isSafe)) continue;
    count += 1;
    for (const [title, variant] of variants) {
      test(name + title, () => {
        const text = variant(written);
        const fixed = fixIn(folder, file, text);
        assert.equal(about(codeOfCase(name), fixed.before.diagnostics), [codeOfCase(name)]);
        // Unused parts are reported only if there are no errors.
        assert.is(countErrors(fixed.after), 0);
        assert.equal(
          codesOf(fixed.after).filter((code) => !/^unused-|-without-/.test(code)),
          [],
        );
        assert.is(fixed.count, 1);
        const after = fixed.files[0]?.after ?? "";
        const lines = after.split("\n");
        const touched = touchedLines(text, fixed.before.diagnostics);
        const different = text.split("\n").flatMap((line, i) => (line === lines[i] ? [] : [i]));
        assert.equal(different, touched);
        assert.is(lines.length, text.split("\n").length);
        assert.equal(fixIn(folder, file, after).files, []);
      });
    }
  }

  test("there are some", () => assert.ok(count > 40, `${count}`));
});

describe("a fix keeps the style of a scalar", (test) => {
  const value = "${model.files.params.url}";
  const table: readonly (readonly [string, string, string])[] = [
    ["single quotes", "'it''s ${model.files.parms.url}'", "'it''s ${model.files.params.url}'"],
    ["double quotes", '"\\u0061 ${model.files.p\\x61rms.url}"', '"\\u0061 ${model.files.params.url}"'],
    [
      "double quotes over lines",
      '"a\n              ${model.files.par\\\n              ms.url}"',
      '"a\n              ${model.files.params.url}"',
    ],
    ["an anchor and a comment", "&a ${model.files.parms.url} # parms", "&a ${model.files.params.url} # parms"],
    ["a bare one in double quotes", "\"$model.files['params'].url\"", "\"${model.files['params'].url}\""],
    ["a bare one in a list", "[ $model.files.params.url , 1]", '[ "${model.files.params.url}" , 1]'],
    ["a name in brackets in double quotes", '"${model.files[params].url}"', "\"${model.files['params'].url}\""],
    ["a name in brackets in single quotes", "'${model.files[params].url}'", "'${model.files[\"params\"].url}'"],
    ["two in one scalar", "${model.files.parms.url}${model.file.params.url}", value + value],
    ["two mistakes in one path", "${modle.file.parms.url}", value],
    ["two in a flow map", "{ a: ${model.files.parms.url}, b: ${TOKEN} }", `{ a: "${value}", b: "\${TOKEN}" }`],
    ["quotes inside of quotes", '{ a: ${TOKEN:-"x"} }', "{ a: '${TOKEN:-\"x\"}' }"],
  ];
  for (const [title, from, to] of table) {
    test(title, () => {
      const around = (text: string) => change(DEFINITION, value, text);
      assert.is(fixedText(around(from)), around(to));
    });
  }
});

describe("a fix is not applied", (test) => {
  const unchanged = (title: string, text: string) => test(title, () => assert.equal(fixText(text).files, []));
  unchanged(
    "where two names are near",
    change(DEFINITION, "value: 640", "value: ${model.runtime.load.inputs.widht}").replace(
      "- name: params_url",
      "- name: widths\n            value: 1\n          - name: params_url",
    ),
  );
  unchanged(
    "where a short word is far from the name",
    change(DEFINITION, "model.files.params.url", "model.files.par.url"),
  );
  unchanged("where the key belongs somewhere else", change(DEFINITION, "      device: cpu\n", "      branch: main\n"));
  unchanged("where a tab can mean two things", "project:\n  name: x\nx-a:\n  b:\n    c: 1\n\td: 2\n");
  unchanged(
    "where it would uncover another error",
    "x-base: &base { colour: blue }\nproject:\n  <<: *bas\n  name: x\n",
  );

  test("if it breaks another use of the same text", () => {
    const text = `x-value: &value \${model.files.parms.url}
models:
${["params", "parms"]
  .map((name) =>
    DEFINITION.replace("models:\n", "")
      .replace("detector", name)
      .replace("name: params", `name: ${name}`)
      .replace(/value: \$.model.files.*/, "value: *value"),
  )
  .join("")}`;
    const fixed = fixText(text);
    assert.equal(codesOf(fixed.before), ["undefined-reference"]);
    assert.equal(fixed.files, []);
  });

  test("and all others still are, even among many", () => {
    const entry = (i: number, format: string, rest: string) =>
      `  - name: d${i}\n    format: ${format}\n    stage: test\n    data_url: https://example.com/${i}\n    upload: false\n${rest}`;
    const entries = Array.from({ length: 300 }, (_, i) =>
      i % 2 === 0 ? entry(i, "coco", `# ${"x".repeat(1_500)}\n`) : entry(i, "COCO", "    <<: *bas\n"),
    );
    const fixed = fixText(`x-base: &base { colour: blue }\ndatasets:\n${entries.join("")}`);
    assert.is(fixed.count, 150);
    assert.equal([...new Set(codesOf(fixed.after))], ["unknown-anchor"]);
  });

  test("in a file that was only read", () => {
    const provider = change(DEFINITION, "max_size", "max_sise");
    const host = memoryHost(
      new Map([
        ["efemarai.yaml", provider],
        ["inference.py", PYTHON],
      ]),
    );
    const fixed = fix(
      [
        {
          path: "model.yaml",
          text: "models:\n  - name: detector\n    files: [{ name: params, url: https://example.com/x }]\n",
        },
      ],
      host,
    );
    assert.equal(codesOf(fixed.after), ["unknown-key"]);
    assert.equal(fixed.files, []);
    assert.equal(fixed.unasked, ["efemarai.yaml"]);
  });
});

describe("a word is certainly a typo", (test) => {
  const table: readonly (readonly [word: string, names: readonly string[], meant: string | undefined])[] = [
    ["nam", ["name", "url"], "name"],
    ["COCO", ["coco"], "coco"],
    ["entry-point", ["entrypoint", "output"], "entrypoint"],
    ["outputs", ["inputs", "output"], "output"],
    ["file", ["files", "name"], "files"],
    ["run", ["url"], undefined],
    ["img", ["image"], undefined],
    ["branch", ["batch"], undefined],
    ["cuda:0", ["cpu", "cuda"], undefined],
    ["inputz", ["inputa", "inputb"], undefined],
    ["__proto__", ["constructor"], undefined],
  ];
  for (const [word, names, meant] of table) {
    test(`${word} of ${names}`, () => assert.is(certainMatch(word, names), meant));
  }
});

describe("text in a scalar", (test) => {
  const scalars = [
    ["plain", "abc"],
    ["single", "'it''s'"],
    ["double", '"a\\u00e9\\"b"'],
    ["literal", "|\n    abc\n    d"],
    ["folded", ">-\n    a b\n    c"],
  ] as const;
  const parsed = (written: string) => {
    const text = `project:\n  name: x\n  description: ${written}\n`;
    const node = parse({ path: "x", text }).root?.fields.project?.fields.description?.node;
    assert.ok(node, text);
    return { text, node };
  };
  const texts = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 8 }),
    fc.constantFrom("it's", 'a "b"', "a\\b", "yes", "1", "a: b", "a #b", " a ", "${x}", "- a", "", "\n", "null", "é"),
  );
  for (const [style, written] of scalars) {
    test(`is read as intended, ${style}`, () => {
      fc.assert(
        fc.property(texts, fc.nat(5), fc.nat(5), (put, one, two) => {
          const { text, node } = parsed(written);
          assert.is(node.style, style);
          const [from, to] = [Math.min(one, two, node.text.length), Math.min(Math.max(one, two), node.text.length)];
          const whole = /\n$/.test(node.text) ? `${put}\n` : put;
          const part = node.text.slice(0, from) + put + node.text.slice(to);
          for (const [edit, expected] of [
            [replaceScalar(node, put), whole],
            [from < to && !/\n$/.test(node.text.slice(0, to)) ? replaceInScalar(node, from, to, put) : undefined, part],
          ] as const) {
            if (edit === undefined) continue;
            const after = applyEdits(text, [edit]).text;
            const read = parse({ path: "x", text: after });
            const found = read.root?.fields.project?.fields.description?.node.text;
            assert.is(found, expected, after);
          }
        }),
        { numRuns: Math.max(RUNS, 500) },
      );
    });
  }
});

describe("edits", (test) => {
  test("changes the offsets after them, and none before", () => {
    const source = { path: "x", text: "one two three" };
    const edit = (start: number, end: number, newText: string) => ({ span: { source, start, end }, newText });
    const { text, newOffset } = applyEdits(source.text, [edit(8, 13, "3"), edit(0, 3, "first"), edit(4, 4, "and ")]);
    assert.is(text, "first and two 3");
    assert.equal([0, 1, 3, 4, 5, 8, 10, 13].map(newOffset), [0, 0, 5, 6, 11, 14, 14, 15]);
  });

  test("that touch one another are applied in the next round", () => {
    const source = { path: "x", text: "abcdef" };
    const at = (start: number, end: number) => ({
      source,
      edits: [{ span: { source, start, end }, newText: "" }],
      removes: [],
    });
    assert.equal(
      apart([at(3, 4), at(0, 2), at(2, 3), at(1, 5)]).map(({ edits }) => edits[0]?.span.start),
      [0, 3],
    );
  });
});

/** Accidental edits of a file. */
const DAMAGE: readonly ((text: string, at: number) => string)[] = [
  (text, at) => text.slice(0, at) + text.slice(at + 1),
  (text, at) => text.slice(0, at) + text.charAt(at + 1) + text.charAt(at) + text.slice(at + 2),
  (text, at) => `${text.slice(0, at)}s${text.slice(at)}`,
  (text, at) => text.slice(0, at) + text.slice(at).replace(/s\b/, ""),
  (text, at) => text.slice(0, at) + text.slice(at).replace(/\$\{([^}]*)\}/, "$$$1"),
  (text, at) => text.slice(0, at) + text.slice(at).replace(/\}|"|'/, ""),
  (text, at) =>
    text.slice(0, at) + text.slice(at).replace(/\n( +)/, (_, blanks: string) => `\n${"\t".repeat(blanks.length / 2)}`),
  (text, at) => text.slice(0, at) + text.slice(at).replace(/"([^"\n]*)"/, "$1"),
  (text, at) => text.slice(0, at) + text.slice(at).replace(/: ([\w:.]+)$/m, ": '$1'"),
  (text, at) =>
    text.slice(0, at) +
    text
      .slice(at)
      .replace(/\b(?:inputs|output|files|models)\b/, (word) => (word.endsWith("s") ? word.slice(0, -1) : `${word}s`)),
  (text, at) => text.slice(0, at) + text.slice(at).replace(/\n[^\n]*/, ""),
  (text, at) => text.slice(0, at) + text.slice(at).replace(/: (?=\w)/, ": |\n                "),
];

describe("fixes never make a text worse", (test) => {
  const verify = (text: string) => {
    const fixed = fixText(text);
    assert.ok(countErrors(fixed.after) <= countErrors(fixed.before), fixed.files[0]?.after ?? text);
    const [file] = fixed.files;
    assert.is(fixed.count > 0, file !== undefined);
    if (file === undefined) return;
    assert.equal(fixText(file.after).files, [], `a second time: ${file.after}`);
  };

  for (const name of readdirSync(fixture("many")).sort()) {
    test(name, () => {
      const text = readFileSync(fixture("many", name), "utf8").replace(/^# *\^+ [a-z-]+\n/gm, "");
      verify(text);
      assert.ok(fixText(text).count > 0, "too little is fixed");
    });
  }

  test("a text full of mistakes is given up early", () => {
    const text = "foo:\n  a: 1\n  \tb: 2\n".repeat(40);
    const time = processorTime(() => void fixText(text));
    assert.ok(time < 15_000, `${time} ms`);
  });

  test("accepted definitions, damaged", () => {
    const texts = casesOf("accept").map((name) => accepted(name, definitionOf(fixture("accept", name))));
    const damage = fc.tuple(fc.constantFrom(...DAMAGE), fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.array(damage, { minLength: 1, maxLength: 6 }), (text, all) => {
        verify(all.reduce((damaged, [apply, at]) => apply(damaged, Math.floor(at * damaged.length)), text));
      }),
      { numRuns: RUNS },
    );
  });
});

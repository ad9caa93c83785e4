// Broken YAML: each mistake is reported once, at exactly its characters, and the rest is read as if it were correct.
import * as assert from "uvu/assert";
import { change, compileText, DEFINITION, findings, mistakes } from "./definitions.ts";
import { describe } from "./describe.ts";

/** The original text, its replacement, and the findings: line, code and the underlined characters. */
type Case = readonly [title: string, from: string, to: string, ...found: string[]];

const MISTAKES: readonly Case[] = [
  ["a colon in a value", "python:3.11-slim", "python: 3.11", "7 yaml-syntax python: 3.11"],
  [
    "a space after an entry point's colon",
    "ce:get_model",
    "ce: get_model",
    "12 entrypoint-syntax inference: get_model",
  ],
  ["blanks around it", "ce:get_model", "ce : get_model", "12 entrypoint-syntax inference : get_model"],
  ["a comment after it", "ce:get_model", "ce: get_model # it", "12 entrypoint-syntax inference: get_model"],
  ["no space after a colon", "device: cpu", "device:cpu", "8 yaml-syntax :"],
  ["no space after a dash", "- name: width", "-name: width", "16 yaml-syntax -"],
  ["no colon after a key", "device: cpu", "device cpu", "8 yaml-syntax device cpu"],
  ["no colon after the first key of an entry", "- name: width", "- name width", "16 yaml-syntax name width"],
  ["no colon after a key with lines of its own", "      load:\n", "      load\n", "11 yaml-syntax load"],
  ["no colon after a section", "models:\n", "models\n", "1 yaml-syntax models"],
  ["a quote that is not closed", "python:3.11-slim", '"python', '7 yaml-syntax "'],
  ["a single quote that is not closed", "python:3.11-slim", "'python", "7 yaml-syntax '"],
  ["text after a closing quote", "python:3.11-slim", "'it's'", "7 yaml-syntax s'"],
  ["an escape that does not exist", "python:3.11-slim", '"a\\model"', "7 yaml-syntax \\m"],
  ["a list that is not closed", "[boxes, scores]", "[boxes, scores", "29 yaml-syntax ["],
  ["a list that is closed as a map", "[boxes, scores]", "[boxes, scores}", "29 yaml-syntax ["],
  ["a list closed twice", "[boxes, scores]", "[boxes]]", "29 yaml-syntax ]"],
  ["an entry that is not closed", "- name: params\n", "- {name: params\n", "4 yaml-syntax {"],
  ["a character that cannot begin a text", "python:3.11-slim", "@python", "7 yaml-syntax @"],
  ["a tag that does not exist", "python:3.11-slim", "!image python", "7 yaml-syntax !image"],
  ["a key that is a list", "      device: cpu", "      ? [a]\n      : b", "8 yaml-syntax [a]"],
  ["the braces of another tool", "python:3.11-slim", "{{ .Values.image }}", "7 yaml-syntax {{ .Values.image }}"],
  ["a control character", "python:3.11-slim", "py\0thon", "7 yaml-syntax \0"],
  ["a line that is indented further", "      device", "        device", "8 yaml-syntax device: cpu"],
  ["a line that is indented a little further", "      device", "       device", "8 yaml-syntax device: cpu"],
  ["a line that is indented less", "      device", "    device", "8 yaml-syntax device: cpu"],
  ["a key with lines that is indented less", "      load:\n", "    load:\n", "11 yaml-syntax load:"],
  ["a key with lines that is indented a little less", "      load:", "     load:", "11 yaml-syntax load:"],
  [
    "an entry that is indented further",
    "          - name: width",
    "            - name: width",
    "16 yaml-syntax - name: width",
  ],
  [
    "an entry that is indented less",
    "          - name: width",
    "        - name: width",
    "16 yaml-syntax - name: width",
  ],
  [
    "the first entry indented further",
    "files:\n      - name",
    "files:\n        - name",
    "5 yaml-syntax url: https://example.com/params.pt",
  ],
  ["a tab", "      device", "\tdevice", "8 tab-indentation \t"],
  ["a tab after spaces", "      device", "    \tdevice", "8 tab-indentation \t"],
  ["a tab before a key with lines", "      load:", "\t\t\tload:", "11 tab-indentation \t\t\t"],
  ["a tab after a dash", "- name: width", "-\tname: width", "16 tab-indentation \t"],
  ["a duplicate key", "device: cpu", "device: cpu\n      device: gpu", "9 duplicate-key device"],
  [
    "a key that occurs three times",
    "device: cpu",
    "device: cpu\n      device: gpu\n      device: gpu",
    "9 duplicate-key device",
  ],
  [
    "a duplicate key in a flow map",
    "- name: params\n",
    "- {name: params, url: 'https://a', url: b}\n      - name: x\n",
    "4 duplicate-key url",
    "5 unused-file x",
  ],
  ["a duplicate list, first empty", "    files:", "    files:\n    files:", "4 duplicate-key files"],
  ["an alias without anchor", "cpu", "*cpu", "8 unknown-anchor *cpu"],
  [
    "an alias before its anchor",
    "cpu",
    "*later\n      image: &later cpu",
    "8 unknown-anchor *later",
    "9 duplicate-key image",
  ],
  ["an alias inside of its anchor", "value: 640", "value: &a [*a]", "17 recursive-alias *a"],
  [
    "an expression without quotes in a flow list",
    "[boxes, scores]",
    "[boxes, $" + "{A}]",
    "29 unquoted-expression $" + "{A}",
  ],
  ["one in a flow map", "value: 640", "value: { a: $" + "{A} }", "17 unquoted-expression $" + "{A}"],
  [
    "several on a line",
    "value: 640",
    "value: { a: [$" + "{A}, x-$" + "{B:-c, d}], c: $" + "{C} }",
    "17 unquoted-expression $" + "{A}",
    "17 unquoted-expression $" + "{B:-c, d}",
    "17 unquoted-expression $" + "{C}",
  ],
  [
    "one with a mistake of its own",
    "value: 640",
    "value: [$" + "{model.nam}]",
    "17 unquoted-expression $" + "{model.nam}",
    "17 undefined-reference nam",
  ],
  [
    "one over lines",
    "value: 640",
    "value: {\n                a: $" + "{A},\n              }",
    "18 unquoted-expression $" + "{A}",
  ],
  [
    "a merge conflict",
    "      device: cpu\n",
    "<<<<<<< HEAD\n      device: cpu\n=======\n      device: gpu\n>>>>>>> b\n",
    "8 merge-conflict <<<<<<< HEAD",
  ],
  [
    "a merge conflict with its base",
    "      device: cpu\n",
    "<<<<<<< HEAD\n      device: cpu\n||||||| a1\n      device: x\n=======\n      device: gpu\n>>>>>>> b\n",
    "8 merge-conflict <<<<<<< HEAD",
  ],
  [
    "one in a list",
    "          - name: width\n",
    "<<<<<<< a\n          - name: width\n=======\n          - name: w\n>>>>>>> b\n",
    "16 merge-conflict <<<<<<< a",
  ],
  [
    "one in a flow list",
    "[boxes, scores]",
    "[\n<<<<<<< a\n            boxes,\n=======\n            box,\n>>>>>>> b\n            ]",
    "30 merge-conflict <<<<<<< a",
  ],
  [
    "one with an empty side",
    "      device: cpu\n",
    "<<<<<<< HEAD\n=======\n      device: gpu\n>>>>>>> b\n",
    "8 merge-conflict <<<<<<< HEAD",
  ],
  [
    "one of which only the end is left",
    "      device: cpu\n",
    "      device: cpu\n>>>>>>> b\n",
    "9 merge-conflict >>>>>>> b",
  ],
];

/** Correct files. */
const RIGHT: Readonly<Record<string, string>> = {
  "a document marker at the start": `---\n${DEFINITION}`,
  "a version and a document marker": `%YAML 1.2\n---\n${DEFINITION}`,
  "a document end": `${DEFINITION}...\n`,
  "a document end and a comment": `${DEFINITION}...\n# the end\n`,
  "no newline at the end": DEFINITION.trimEnd(),
  "blank lines with spaces and tabs": DEFINITION.replaceAll("\n    runtime", "\n  \n\t\n    runtime"),
  "tabs in a block scalar": change(DEFINITION, "value: 640", "value: |\n              a\n              \tb\tc\n"),
  "a tab after a colon": change(DEFINITION, "device: cpu", "device:\tcpu"),
  "conflict markers in a block scalar": change(
    DEFINITION,
    "value: 640",
    "value: |\n              <<<<<<< a\n              =======\n              >>>>>>> b\n",
  ),
  "anchors, aliases and merge keys": `x-a: &a\n  device: cpu\n${change(DEFINITION, "      device: cpu", "      <<: *a")}`,
  "several merge keys, with the own value first": `x-a: &a {device: tpu}\nx-b: &b {image: 1}\n${change(DEFINITION, "device: cpu", "device: cpu\n      <<: [*a, *b]")}`,
  "an anchor defined twice": `x-a: &a 1\nx-b: &a cpu\n${change(DEFINITION, "device: cpu", "device: *a")}`,
  "keys in quotes": change(DEFINITION, "device: cpu", '"device": cpu'),
  "a single line": `{"models": []}`,
};

/** Complete files with a mistake. */
const FILES: readonly (readonly [title: string, text: string, ...found: string[]])[] = [
  ["nothing", "", "1 empty-file "],
  ["a byte order mark", "\ufeff", "1 empty-file "],
  ["blanks", " \n\n ", "1 empty-file "],
  ["comments", "# a\n# b\n", "1 empty-file "],
  ["a document marker", "---\n", "1 empty-file "],
  ["null", "null\n", "1 empty-file "],
  ["a list", "- a\n- b\n", "1 wrong-type - a"],
  ["text", "hello\n", "1 wrong-type hello"],
  ["a number", "42", "1 wrong-type 42"],
  ["a quote", '"', '1 yaml-syntax "'],
  ["a bracket", "[", "1 yaml-syntax ["],
  ["a singular section", "model:\n  name: $" + "{datapoints}\n", "1 singular-key model"],
  [
    "a singular section that is a list",
    "dataset:\n  - name: x\n    format: COCO\n",
    "1 singular-key dataset",
    "2 missing-key name",
  ],
  ["directives without an end", `%YAML 1.2\n${DEFINITION}`, "1 yaml-syntax %YAML 1.2"],
  ["two documents", `${DEFINITION}---\nproject: [\n`, "30 multiple-documents ---"],
  [
    "three documents and comments",
    `# a\n---\n${DEFINITION}# b\n--- # c\na: 1\n---\nb: 1\n`,
    "33 multiple-documents ---",
  ],
  ["two documents with an end between", `${DEFINITION}...\n# b\n---\na: 1\n`, "32 multiple-documents ---"],
  ["an empty document first", "...\n---\nproject:\n  name: a\n", "2 multiple-documents ---"],
  ["carriage returns alone", DEFINITION.replaceAll("\n", "\r"), "1 yaml-syntax \r"],
  ["tabs everywhere", DEFINITION.replace(/^ +/gm, (blanks) => "\t".repeat(blanks.length / 2)), "2 tab-indentation \t"],
  [
    "a conflict around the whole file",
    `<<<<<<< a\n${DEFINITION}=======\n${DEFINITION}>>>>>>> b\n`,
    "1 merge-conflict <<<<<<< a",
  ],
  ["an unclosed conflict", `<<<<<<< a\n${DEFINITION}=======\nproject: {name: a}\n`, "1 merge-conflict <<<<<<< a"],
  ["aliases without end", bomb(), "6 too-large *e"],
  ["nesting", `x-a: ${"[".repeat(70)}${"]".repeat(70)}\n${DEFINITION}`, "1 too-large ["],
  [
    "nesting through aliases",
    `x-a: &a ${"[".repeat(40)}${"]".repeat(40)}\nproject: {name: ${"[".repeat(40)}*a${"]".repeat(40)}}\n`,
    "2 wrong-type name",
    "2 too-large *",
  ],
  ["hostile nesting", "[".repeat(100_000), "1 too-large ["],
  ["hostile nesting in blocks", "- ".repeat(50_000), "1 too-large -"],
];

function bomb(): string {
  const lines = [..."bcdefghi"].map((name, i) => `x-${name}: &${name} [${`*${"abcdefghi"[i]}, `.repeat(10)}]`);
  return `x-a: &a [1, 2]\n${lines.join("\n")}\nproject: { name: a }\n`;
}

function found(text: string): readonly string[] {
  return findings(compileText(text)).map((finding) => finding.replace(/:\d+/, ""));
}

describe("broken YAML", (test) => {
  for (const [title, from, to, ...expected] of MISTAKES) {
    const text = change(DEFINITION, from, to);
    test(title, () => assert.equal(found(text), expected));
    test(`${title}, with CRLF`, () => assert.equal(found(text.replaceAll("\n", "\r\n")), expected));
    test(`${title}, after a byte order mark, with another mistake above and below`, () => {
      const around = `\ufeffx-a: &x [1]\nproject:\n  name: harbour\n  privat: true\n${text}datasets:\n  - name: flights\n    format: coco\n    stage: test\n`;
      const shifted = expected.map((finding) => finding.replace(/^\d+/, (line) => String(Number(line) + 4)));
      const last = `${around.split("\n").length - 2} invalid-value coco`;
      assert.equal(found(around), ["4 unknown-key privat", ...shifted, last]);
    });
  }

  for (const [title, text] of Object.entries(RIGHT)) test(`correct: ${title}`, () => assert.equal(found(text), []));

  for (const [title, text, ...expected] of FILES) test(`a file of ${title}`, () => assert.equal(found(text), expected));

  test("many mistakes at once, each reported once and none caused by another", () => {
    const all = MISTAKES.filter(([title]) => SEPARATE.has(title));
    let text = DEFINITION;
    for (const [, from, to] of all) text = change(text, from, to);
    const expected = all.flatMap(([, , , ...each]) => each.map((finding) => finding.replace(/^\d+ /, "")));
    assert.equal([...mistakes(compileText(text))].sort(), expected.sort());
  });
});

/** Mistakes on lines of their own. */
const SEPARATE = new Set([
  "a quote that is not closed",
  "no space after a colon",
  "no colon after a key with lines of its own",
  "a space after an entry point's colon",
  "an alias inside of its anchor",
  "a list that is not closed",
]);

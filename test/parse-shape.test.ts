// The shape of a definition: missing, unknown, empty and wrong values are each reported once.
import * as assert from "uvu/assert";
import { change, compileText, DEFINITION, mistakes } from "./definitions.ts";
import { describe } from "./describe.ts";

/** The original text, its replacement, and the findings. */
type Case = readonly [title: string, from: string, to: string, ...found: string[]];

const LOAD_INPUTS = DEFINITION.slice(DEFINITION.indexOf("        inputs:"), DEFINITION.indexOf("        output:"));

const CASES: readonly Case[] = [
  [
    "a misspelled key that is required",
    "entrypoint: inference:get",
    "entrypiont: inference:get",
    "unknown-key entrypiont",
  ],
  ["a required key in capitals", "- name: detector", "- Name: detector", "unknown-key Name"],
  [
    "a section in the singular",
    "        output:\n          name: net",
    "        outputs:\n          name: net",
    "unknown-key outputs",
  ],
  ["a key without a similar one", "device: cpu", "device: cpu\n      colour: red", "unknown-key colour"],
  ["a free key inside", "device: cpu", "device: cpu\n      x-colour: red", "unknown-key x-colour"],
  ["a number as a key", "device: cpu", "device: cpu\n      1: red", "unknown-key 1"],
  ["no key at all", "device: cpu", "device: cpu\n      : red", "yaml-syntax  "],
  ["an empty text", "- name: detector", "- name: ''", "invalid-name ''"],
  ["nothing in place of a required value", "entrypoint: inference:get_model", "entrypoint:", "missing-key entrypoint"],
  ["null in place of a required value", "entrypoint: inference:get_model", "entrypoint: ~", "missing-key entrypoint"],
  ["nothing in place of an optional value", "device: cpu", "device:"],
  ["an empty map in place of an optional value", "      batch:\n        max_size: 4\n", "      batch: {}\n"],
  ["an empty section", "      batch:\n        max_size: 4\n", "      batch:\n"],
  ["an empty list", LOAD_INPUTS, "        inputs: []\n", "unused-file params"],
  ["no list", LOAD_INPUTS, "        inputs:\n", "unused-file params"],
  ["null as an input's value", "value: 640", "value: null"],
  ["nothing as an input's value", "value: 640", "value:"],
  ["no value at all", "\n            value: 640", "", "missing-key name"],
  ["a map for a list", LOAD_INPUTS, "        inputs:\n          width: 640\n", "wrong-type inputs"],
  ["text for a list", LOAD_INPUTS, "        inputs: width\n", "wrong-type width"],
  [
    "an entry that is text",
    "- name: params\n        url: https://example.com/params.pt",
    "- params",
    "wrong-type params",
  ],
  ["an entry that is empty", "    runtime:", "      -\n    runtime:", "wrong-type -"],
  ["text for a map", "        output:\n          name: network", "        output: network", "wrong-type network"],
  ["a list for a map", "        output:\n          name: network", "        output: [network]", "wrong-type output"],
  ["a list for text", "image: python:3.11-slim", "image: [python]", "wrong-type image"],
  ["a map for text", "image: python:3.11-slim", "image: {python: 3}", "wrong-type image"],
  ["a number for text", "inference:get_model", "5", "wrong-type 5"],
  ["a number for a name", "- name: detector", "- name: 007", "wrong-type 007"],
  ["a boolean for a name", "- name: detector", "- name: True", "wrong-type True"],
  ["text for a number", "max_size: 4", "max_size: four", "wrong-type four"],
  ["a quoted number", "max_size: 4", 'max_size: "4"', 'wrong-type "4"'],
  ["a fraction", "max_size: 4", "max_size: 4.5", "invalid-value 4.5"],
  ["a whole number with a point", "max_size: 4", "max_size: 4.0"],
  ["a number in hexadecimal", "max_size: 4", "max_size: 0x10"],
  ["zero", "max_size: 4", "max_size: 0", "invalid-value 0"],
  ["a negative number", "max_size: 4", "max_size: -4", "invalid-value -4"],
  ["infinity", "max_size: 4", "max_size: .inf", "invalid-value .inf"],
  ["no number", "max_size: 4", "max_size: .nan", "invalid-value .nan"],
  ["an infinite number", "max_size: 4", `max_size: ${"9".repeat(400)}`, `invalid-value ${"9".repeat(400)}`],
  ["a boolean for a number", "max_size: 4", "max_size: true", "wrong-type true"],
  ["a list for a number", "max_size: 4", "max_size: [4]", "wrong-type max_size"],
  ["a variable for a number", "max_size: 4", "max_size: ${SIZE}"],
  ["digits with a variable for a number", "max_size: 4", "max_size: ${SIZE}0"],
  ["text with a variable for a number", "max_size: 4", "max_size: x${SIZE}", "wrong-type x${SIZE}"],
  ["a part of a word with a variable", "device: cpu", "device: ${D}pu"],
  ["text that no word begins with, with a variable", "device: cpu", "device: t${D}", "wrong-type t${D}"],
  ["text with a dollar for a number", "max_size: 4", "max_size: 4$", "wrong-type 4$"],
  ["text with an escape for a number", "max_size: 4", "max_size: $${SIZE}", "wrong-type $${SIZE}"],
  ["a list that is too short", "max_size: 4", "image_size: [640]", "invalid-value [640]"],
  ["a list that is too long", "max_size: 4", "image_size: [640, 480, 3]", "invalid-value [640, 480, 3]"],
  ["a number for a list", "max_size: 4", "image_size: 640", "wrong-type 640"],
  ["variables in a list", "max_size: 4", "image_size: ['${W}', \"${H}\"]"],
  ["an unknown word", "device: cpu", "device: tpu", "invalid-value tpu"],
  ["a word in capitals", "device: cpu", "device: CPU", "invalid-value CPU"],
  ["a word with a dollar", "device: cpu", "device: cpu$", "invalid-value cpu$"],
  ["a boolean for a word", "device: cpu", "device: true", "invalid-value true"],
  ["a list for a word", "device: cpu", "device: [cpu]", "wrong-type device"],
  ["a variable for a word", "device: cpu", "device: $<DEVICE>"],
  ["no for a boolean", "pt\n", "pt\n        upload: no\n", "wrong-type no"],
  ["a letter for a boolean", "pt\n", "pt\n        upload: n\n", "wrong-type n"],
  ["a quoted boolean", "pt\n", "pt\n        upload: 'false'\n", "wrong-type 'false'"],
  ["a number for a boolean", "pt\n", "pt\n        upload: 0\n", "wrong-type 0"],
  ["a number with underscores", "max_size: 4", "max_size: 1_000", "wrong-type 1_000"],
  ["a binary number", "max_size: 4", "max_size: 0b11", "wrong-type 0b11"],
  ["a YAML 1.2 octal number", "max_size: 4", "max_size: 0o17", "wrong-type 0o17"],
  ["a sexagesimal number", "max_size: 4", "max_size: 1:30", "wrong-type 1:30"],
  ["an octal number that both read", "max_size: 4", "max_size: 010", "ambiguous-scalar 010"],
  ["a number with a tag", "max_size: 4", "max_size: !!int 4"],
  ["False", "pt\n", "pt\n        upload: False\n"],
  ["a version as a number", "    files:", "    version: 1.10\n    files:"],
  ["a version as a boolean", "    files:", "    version: true\n    files:", "wrong-type true"],
  ["a version with a variable", "    files:", "    version: 1.${BUILD}\n    files:"],
];

/** Complete files. */
const FILES: readonly (readonly [title: string, text: string, ...found: string[]])[] = [
  ["only a free key", "x-a: 1\nx-b: ${model.foo} ${\n"],
  ["an empty map", "{}\n"],
  ["empty sections", "project:\nmodels:\ndatasets: []\n"],
  ["a section of text", "models: detector\n", "wrong-type detector"],
  [
    "entries of every kind",
    "models: [a, 1, true, ~, []]\n",
    ...["a", "1", "true", "~", "[]"].map((text) => `wrong-type ${text}`),
  ],
  ["an unknown section", "settings: ${model.name}\n", "empty-file settings"],
  ["a domain in a file, and more", "domains:\n  - file: ${A}\n    name: b\n", "unknown-key name"],
  ["a domain without transformations", "domains:\n  - name: b\n", "missing-key name"],
  ["a domain of text", "domains: [a]\n", "wrong-type a"],
  [
    "a domain with mistakes far inside",
    'domains:\n  - name: b\n    transformations:\n      - name: c\n        operator: O\n        position: {x: 1.5, "y": b}\n        axes: [{name: a, type: float, range: [0]}]\n        outputs: [{type: a, input_to: [{transformation: c, index: -1}]}]\n',
    "wrong-type b",
    "invalid-value [0]",
    "invalid-value -1",
  ],
  ["a dataset without format and stage", "datasets:\n  - name: a\n", "missing-key name", "missing-key name"],
  ["a dataset without anything", "datasets:\n  - {}\n", "missing-key {}"],
];

describe("the shape of a definition", (test) => {
  for (const [title, from, to, ...expected] of CASES) {
    test(title, () => {
      const first = DEFINITION.indexOf(from);
      const text = DEFINITION.slice(0, first) + to + DEFINITION.slice(first + from.length);
      assert.not.equal(first, -1);
      assert.equal(mistakes(compileText(text)), expected);
    });
  }

  for (const [title, text, ...expected] of FILES) {
    test(`a file with ${title}`, () => assert.equal(mistakes(compileText(text)), expected));
  }

  test("free keys can have anchors", () => {
    const text = change(`x-device: &device gpu\n${DEFINITION}`, "device: cpu", "device: *device");
    assert.equal(mistakes(compileText(text)), []);
  });
});

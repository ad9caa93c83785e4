// Every limit has a message, and input below it takes linear time.
import * as assert from "uvu/assert";
import { LIMITS as EXPRESSION } from "../grammar/expression.ts";
import { memoryHost } from "../src/base/host.ts";
import { renderConcise } from "../src/cli/render/concise.ts";
import { check } from "../src/compile.ts";
import { change, DEFINITION, PYTHON } from "./definitions.ts";
import { describe } from "./describe.ts";
import { fixture, golden } from "./golden.ts";
import { processorTime } from "./processor-time.ts";

function diagnose(text: string, python = PYTHON) {
  const files = new Map([
    ["efemarai.yaml", text],
    ["inference.py", python],
  ]);
  return check(["efemarai.yaml"], memoryHost(files), { portable: true, pedantic: true }).diagnostics;
}

/** The definition with another value of an input. */
const withValue = (value: string) => change(DEFINITION, "value: 640", `value: ${value}`);
const lines = (count: number, line: (i: number) => string) => Array.from({ length: count }, (_, i) => line(i)).join("");

/** Input beyond each limit. */
const BEYOND: readonly (readonly [title: string, text: () => string])[] = [
  ["nesting of lists", () => withValue(`${"[".repeat(65)}1${"]".repeat(65)}`)],
  ["nesting beyond what is parsed", () => withValue(`${"[".repeat(100_000)}${"]".repeat(100_000)}`)],
  ["nesting of blocks", () => lines(500, (i) => `${" ".repeat(i)}a:\n`)],
  [
    "aliases of aliases (a billion laughs)",
    () => `x-0: &a0 [1, 2]\n${lines(40, (i) => `x-${i + 1}: &a${i + 1} [*a${i}, *a${i}]\n`)}`,
  ],
  [
    "merge keys of merge keys",
    () => `x-0: &a0 { k: 1 }\n${lines(40, (i) => `x-${i + 1}: &a${i + 1} { k${i}: 1, l${i}: *a${i}, <<: *a${i} }\n`)}`,
  ],
  ["marks", () => `x: [${"a,".repeat(2_000_000)}]`],
  ["lines", () => "\n".repeat(2_000_001)],
  ["anchors", () => `- ${"&a ".repeat(600_000)}`],
  ["characters of an expression", () => withValue(`"\${${"A".repeat(EXPRESSION.expressionLength)}}"`)],
  ["segments of a path", () => withValue(`"\${model${".a".repeat(EXPRESSION.segments)}}"`)],
  ["expressions in a value", () => withValue(`"${"${A}".repeat(EXPRESSION.expressions + 1)}"`)],
  ["mistakes of a large file", () => "\ta: b\n".repeat(160_000)],
  ["one mistake of a large file", () => `${"- a: 1\n".repeat(150_000)}  - "open\n`],
  ["runtimes that models take from another entry", () => inheritingModels(1000)],
  ["findings of one rule", () => `${lines(30_010, (i) => `k${i}: 1\n`)}project:\n  nam: x\n`],
  ["findings", () => `project:\n  name: x\n${lines(25_010, (i) => `  k${i}: 1\n`)}`],
  ["keys written twice in one row", () => `project:\n  name: x\n${"  name: y\n".repeat(20)}`],
  [
    "names to choose from",
    () =>
      change(DEFINITION, "files.params.url", "files.zzz.url").replace(
        "    runtime:",
        `${lines(1000, (i) => `      - name: file_${i}\n        url: https://example.com/${i}\n`)}    runtime:`,
      ),
  ],
];

/** Models that use the runtime of the universal model, each with this number of inputs. */
function inheritingModels(count: number): string {
  const inputs = lines(count, (i) => `          - { name: i${i}, value: 1 }\n`);
  const provider = change(DEFINITION, "name: detector", 'name: "${model.name}"').replace(
    "          - name: width\n",
    `${inputs}$&`,
  );
  return `${provider}${lines(count, (i) => `  - { name: m${i}, files: [{ name: params, url: "https://example.com/" }] }\n`)}`;
}

describe("limits", (test) => {
  for (const [title, make] of BEYOND) {
    test(`${title}: the message`, () => {
      const diagnostics = diagnose(make());
      const found = renderConcise({ diagnostics }).split("\n");
      const isWanted = (line: string) => !/ hint (?!too-large)|runtime-ignored|unused-file/.test(line);
      const shown = [
        ...found.filter((line) => / too-large:/.test(line)),
        ...found.filter((line) => isWanted(line) && !/ too-large:/.test(line)),
      ];
      const text = [...shown.filter((line) => line !== "").slice(0, 3), `(${diagnostics.length} findings)`].join("\n");
      golden(fixture("limits", `${title.replaceAll(/[^a-z]+/g, "-").replace(/-$/, "")}.txt`), `${text}\n`);
    });
  }
});

/** Characters and pieces on which careless regular expressions backtrack. */
const PUMPED = [
  " ",
  "\t",
  "a",
  "0",
  "_",
  "-",
  ".",
  ",",
  ":",
  "/",
  "\\",
  "$",
  "{",
  "}",
  "[",
  "(",
  "<",
  ">",
  "'",
  '"',
  "`",
  "#",
  "&",
  "*",
  "!",
  "|",
  "?",
  "@",
  "%",
  "=",
  "+",
  "~",
  "\u00e9",
  "\u{1f6a2}",
  "a ",
  " a",
  "a.",
  "${",
  "${a",
  "$<",
  "..",
  "//",
  "a:",
  "a@",
  "a=",
  "\\\\",
  "0.",
  "1e",
  "-----",
  "ghp_",
  "eyJ",
  "://",
  "a_",
  "A-",
  "''",
  "{{",
  "x'y",
  "%20",
  "&amp;",
];

/** The places for a text, each with a definition around it. */
const PLACES: readonly (readonly [
  title: string,
  text: (pumped: string) => string,
  python?: (pumped: string) => string,
])[] = [
  ["the whole file", (text) => text],
  ["a comment", (text) => `${DEFINITION}# ${text}`],
  ["a suppression", (text) => `# modelwright-ignore-file ${text}\n${DEFINITION}`],
  ["a key", (text) => `project:\n  name: x\n  ${JSON.stringify(text)}: 1\n`],
  ["a plain value", (text) => withValue(`a${text}b`)],
  ["a quoted value", (text) => withValue(JSON.stringify(text))],
  ["a single-quoted value", (text) => withValue(`'${text.replaceAll("'", "''")}'`)],
  ["a block", (text) => withValue(`|\n              ${text}`)],
  ["an expression", (text) => withValue(JSON.stringify(`\${${text}}`))],
  ["a default", (text) => withValue(JSON.stringify(`\${A:-${text}}`))],
  ["the name of a model", (text) => change(DEFINITION, "name: detector", `name: ${JSON.stringify(text)}`)],
  ["the name of a file", (text) => change(DEFINITION, "name: params\n", `name: ${JSON.stringify(text)}\n`)],
  ["an address", (text) => change(DEFINITION, "https://example.com/params.pt", JSON.stringify(`https://${text}`))],
  ["a path", (text) => change(DEFINITION, "https://example.com/params.pt", JSON.stringify(text))],
  ["an image", (text) => change(DEFINITION, "python:3.11-slim", JSON.stringify(text))],
  ["an entrypoint", (text) => change(DEFINITION, "inference:get_model", JSON.stringify(text))],
  [
    "a function of an entrypoint",
    (text) => change(DEFINITION, "inference:get_model", JSON.stringify(`inference:${text}`)),
  ],
  ["a prediction key", (text) => change(DEFINITION, "[boxes, scores]", `[${JSON.stringify(text)}]`)],
  ["before a hyphen", (text) => withValue(JSON.stringify(`${text} \${a-b}`))],
  ["before a line break", (text) => change(DEFINITION, "name: detector", `name: ${JSON.stringify(`a${text}\nb`)}`)],
  [
    "line breaks in a name",
    (text) => change(DEFINITION, "name: detector", `name: ${JSON.stringify(`a${text.replaceAll(" ", "\n")}b`)}`),
  ],
  ["a number", (text) => withValue(`1${text}`)],
  ["a tag", (text) => withValue(`!${text} a`)],
  ["an anchor", (text) => withValue(`&${text} a`)],
  ["Python", () => DEFINITION, (text) => text + PYTHON],
  ["a docstring", () => DEFINITION, (text) => `def get_model(**options):\n    """${text}"""\n`],
  ["an annotation", () => DEFINITION, (text) => `def get_model(params_url: ${text}, width):\n    ...\n`],
  ["a default of Python", () => DEFINITION, (text) => `def get_model(params_url=${text}, width=1):\n    ...\n`],
];

/** The maximum processor time for 100 kB. Quadratic work takes many times as long. */
const ALLOWED_MS = 4_000;
const SIZE = 100_000;
const IS_ALL = process.env["MUTATIONS"] === "all";

describe("one repeated piece at every place", (test) => {
  for (const [index, [title, make, python]] of PLACES.entries()) {
    test(`${title}: takes linear time`, () => {
      const slow: string[] = [];
      for (const [i, piece] of PUMPED.entries()) {
        if (!IS_ALL && (i + index) % 5 > 0) continue;
        const run = piece.repeat(SIZE / piece.length);
        // With other text at the end, a pattern that matched almost everything fails.
        const pumped = [run, `x${run}x`, `1${run}:y`][(i + index) % 3] ?? run;
        const text = make(pumped);
        const took = processorTime(() => void diagnose(text, python?.(pumped)));
        if (took > ALLOWED_MS) slow.push(`${JSON.stringify(piece)}: ${took.toFixed(0)} ms`);
      }
      assert.equal(slow, []);
    });
  }
});

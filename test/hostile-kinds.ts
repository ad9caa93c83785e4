// Files that are made to be expensive by repeating something. `npm run bench hostile` measures a megabyte of each.

/** The files of one kind with repetitions of the expensive part. Files named `efemarai.yaml` are checked. */
export interface HostileKind {
  readonly name: string;
  /** The files with `count` repetitions. */
  readonly make: (count: number) => ReadonlyMap<string, string>;
  /** The number of repetitions in about a megabyte. */
  readonly megabyte: number;
  /** The cost of small files of this kind grows faster than their size, up to a limit of its own. */
  readonly isLimited?: boolean;
}

interface Parts {
  readonly model?: string;
  readonly inputs?: string;
  readonly keys?: string;
  readonly entrypoint?: string;
  readonly predict?: string;
}

/** One correct model around the repeated part. */
function model({ model = "", inputs = "", keys = "[boxes]", entrypoint = "calls:load", predict = "" }: Parts): string {
  return `models:
  - name: detector
${model}    runtime:
      image: python:3.11-slim
      load:
        entrypoint: ${entrypoint}
${inputs === "" ? "" : `        inputs:\n${inputs}`}        output:
          name: network
      predict:
        entrypoint: calls:predict
        inputs:
          - name: model
            value: \${model.runtime.load.output.network}
          - name: datapoints
            value: \${datapoints}
${predict}        output:
          name: predictions
          keys: ${keys}
`;
}

const CODE = "def load(**options):\n    return options\n\n\ndef predict(model, datapoints):\n    return []\n";
const PREDICT = "\n\ndef predict(model, datapoints):\n    return []\n";

const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index)).join("");
const digits = (index: number, length = 6) => String(index).padStart(length, "0");

/** One definition with its Python and other files. */
const files = (yaml: string, code = CODE, others: Iterable<readonly [string, string]> = []) =>
  new Map([["efemarai.yaml", yaml], ["calls.py", code], ...others]);

const yaml = (name: string, megabyte: number, text: (count: number) => string): HostileKind => ({
  name,
  megabyte,
  make: (count) => files(text(count)),
});

const python = (
  name: string,
  megabyte: number,
  code: (count: number) => string,
  definition = model({}),
): HostileKind => ({
  name,
  megabyte,
  make: (count) => files(definition, code(count)),
});

/** The text of a file, repeated up to this number of characters. */
const repeated = (name: string, piece: string) =>
  yaml(name, Math.floor(1_000_000 / piece.length), (count) => piece.repeat(count));

/** Many models that share one piece of Python. */
const models = (count: number, entrypoint: (index: number) => string, inputs = "") =>
  `models:\n${lines(
    count,
    (i) => `  - name: m${i}
    runtime:
      load:
        entrypoint: ${entrypoint(i)}
${inputs}        output: { name: network }
      predict:
        entrypoint: calls:predict
        inputs: [{ name: model, value: "\${model.runtime.load.output.network}" }, { name: datapoints, value: "\${datapoints}" }]
        output: { name: predictions }
`,
  )}`;

const list = (count: number, name: (index: number) => string, url: (index: number) => string) =>
  model({ model: `    files:\n${lines(count, (i) => `      - name: ${name(i)}\n        url: ${url(i)}\n`)}` });

const empty = (count: number, path: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => [path(i), ""] as const);

/** Missing names next to as many similar ones. */
const NAMES: readonly HostileKind[] = [
  {
    name: "paths beside files",
    megabyte: 10_000,
    make: (count) =>
      files(
        list(
          count,
          (i) => `f${i}`,
          (i) => `data/weights_${digits(i)}.bim`,
        ),
        CODE,
        empty(count, (i) => `data/weights_${digits(i)}.bin`),
      ),
  },
  {
    name: "paths that begin alike",
    megabyte: 4000,
    make: (count) =>
      files(
        list(
          count,
          (i) => `f${i}`,
          (i) => `${"a".repeat(180)}${digits(i)}${"b".repeat(20)}x`,
        ),
        CODE,
        empty(count, (i) => `${"a".repeat(180)}${digits(i * 7)}${"b".repeat(20)}`),
      ),
  },
  {
    name: "paths in other capitals",
    megabyte: 12_000,
    make: (count) => {
      const spelled = (i: number) =>
        Array.from("weights_of_model", (letter, at) => ((i >> at) & 1 ? letter.toUpperCase() : letter)).join("");
      return files(
        list(
          count,
          (i) => `f${i}`,
          (i) => `data/${spelled(i)}`,
        ),
        CODE,
        empty(count, (i) => `data/${spelled(65_535 - i)}`),
      );
    },
  },
  {
    name: "paths in missing folders",
    megabyte: 10_000,
    make: (count) =>
      files(
        list(
          count,
          (i) => `f${i}`,
          (i) => `dota/set_${digits(i)}/weights_${i}.bin`,
        ),
        CODE,
        empty(count, (i) => `data/set_${digits(i * 3)}/weights.bin`),
      ),
  },
  {
    name: "paths of many parts",
    megabyte: 240,
    make: (count) =>
      files(
        list(
          count,
          (i) => `f${i}`,
          (i) => `${"a/".repeat(2000)}${i}`,
        ),
      ),
  },
  {
    name: "paths of many parts, each its own",
    megabyte: 240,
    make: (count) =>
      files(
        list(
          count,
          (i) => `f${i}`,
          (i) => `${i}/${"a/".repeat(2000)}b`,
        ),
      ),
  },
  {
    name: "paths of many parts that are there",
    megabyte: 240,
    make: (count) =>
      files(
        list(
          count,
          (i) => `f${i}`,
          (i) => `${i % 10}/${"b/".repeat(8 * i)}c`,
        ),
        CODE,
        [[`a/${"b/".repeat(1900)}d`, ""]],
      ),
  },
  {
    name: "paths that lead up",
    megabyte: 240,
    make: (count) =>
      files(
        list(
          count,
          (i) => `f${i}`,
          (i) => `${"../".repeat(1300)}${i}`,
        ),
      ),
  },
  yaml("references beside files", 9000, (count) =>
    model({
      model: `    files:\n${lines(count, (i) => `      - { name: weights_${digits(i)}, url: "https://x/" }\n`)}`,
      inputs: lines(
        count,
        (i) => `          - { name: i${i}, value: "\${model.files.weight_${digits((i * 7) % count)}.url}" }\n`,
      ),
    }),
  ),
  yaml("references beside inputs", 11_000, (count) =>
    model({
      inputs: lines(
        count,
        (i) =>
          `          - { name: argument_${digits(i)}, value: "\${model.runtime.load.inputs.argumant_${digits((i * 7) % count)}}" }\n`,
      ),
    }),
  ),
  yaml("variables beside variables", 16_000, (count) =>
    model({ inputs: lines(count, (i) => `          - { name: i${i}, value: "\${variable_${digits(i)}}" }\n`) }),
  ),
  {
    name: "inputs beside parameters",
    megabyte: 11_000,
    make: (count) =>
      files(
        model({ inputs: lines(count, (i) => `          - { name: argumant_${digits(i)}, value: 1 }\n`) }),
        `def load(${lines(count, (i) => `argument_${digits(i)}=1, `)}):\n    return 1\n${PREDICT}`,
      ),
  },
  yaml(
    "aliases beside anchors",
    18_000,
    (count) =>
      `x-a:\n${lines(count, (i) => `  k${i}: &anchor_${digits(i)} 1\n`)}x-b:\n${lines(count, (i) => `  - *ancher_${digits(i)}\n`)}`,
  ),
  yaml(
    "aliases between anchors",
    14_000,
    (count) => `x-a:\n${lines(count, (i) => `  k${i}: &anchor_${digits(i)} 1\n  l${i}: *ancher_${digits(i)}\n`)}`,
  ),
  yaml(
    "codes",
    60_000,
    (count) => `# modelwright-ignore-file ${lines(count, (i) => `unknwn-k${i}, `)}a: why\nmodels: []\n`,
  ),
  yaml("codes of comments", 16_000, (count) =>
    lines(count, (i) => `# modelwright-ignore unknown-key, unknwn-k${i}: because\nx${i}: 1\n`),
  ),
  yaml("keys", 70_000, (count) => lines(count, (i) => `modals${i}: 1\n`)),
  yaml("keys of items", 30_000, (count) => `models:\n${lines(count, (i) => `  - nmae: a${i}\n    rantime: 1\n`)}`),
  yaml(
    "values of words",
    16_000,
    (count) => `datasets:\n${lines(count, (i) => `  - { name: d${i}, format: cocoo${i}, stage: tets }\n`)}`,
  ),
  yaml(
    "prediction keys",
    70_000,
    (count) =>
      `project: { name: p, problem_type: ObjectDetection }\n${model({ keys: `[${lines(count, (i) => `boxess_${i}, `)}a]` })}`,
  ),
  yaml(
    "transformations",
    9000,
    (count) =>
      `domains:\n  - name: d\n    transformations:\n${lines(
        count,
        (i) =>
          `      - { name: step_${digits(i)}, operator: Blur, inputs: [{ output_from: stap_${digits((i * 7) % count)} }] }\n`,
      )}`,
  ),
  yaml(
    "names of tests",
    12_000,
    (count) =>
      `datasets:\n${lines(count, (i) => `  - { name: data_${digits(i)}, format: COCO }\n`)}tests:\n${lines(
        count,
        (i) => `  - { name: t${i}, dataset: dota_${digits((i * 7) % count)} }\n`,
      )}`,
  ),
  yaml(
    "models without runtimes",
    6000,
    (count) =>
      `models:\n${lines(count, (i) => `  - { name: provider_${digits(i)}, runtime: { load: 1, predict: 2 } }\n`)}${lines(
        count,
        (i) => `  - { name: lander_${digits((i * 7) % count)}, repository: { url: ./. } }\n`,
      )}`,
  ),
  {
    name: "models of another file",
    megabyte: 6000,
    make: (count) =>
      new Map([
        [
          "efemarai.yaml",
          `models:\n${lines(count, (i) => `  - { name: lander_${digits((i * 7) % count)}, repository: { url: sub } }\n`)}`,
        ],
        [
          "sub/efemarai.yaml",
          `models:\n${lines(count, (i) => `  - { name: provider_${digits(i)}, runtime: { load: 1, predict: 2 } }\n`)}`,
        ],
      ]),
  },
  {
    name: "functions",
    megabyte: 2800,
    make: (count) =>
      files(
        models(count, (i) => `calls:lood_${digits((i * 7) % count)}`),
        `${lines(count, (i) => `def load_${digits(i)}():\n    return 1\n`)}${PREDICT}`,
      ),
  },
  {
    name: "modules",
    megabyte: 3000,
    make: (count) =>
      files(
        models(count, (i) => `mudule_${digits((i * 7) % count)}:load`),
        CODE,
        empty(count, (i) => `module_${digits(i)}.py`),
      ),
  },
  {
    name: "file names from variables beside references to others",
    megabyte: 5000,
    make: (count) =>
      files(
        model({
          model: `    files:\n${lines(count, (i) => `      - { name: "\${F${i}}", url: "https://example.com/${i}.pt" }\n`)}`,
          inputs: lines(count, (i) => `          - { name: i${i}, value: "\${model.files.x${i}.url}" }\n`),
        }),
      ),
  },
  {
    name: "model names from variables without a runtime",
    megabyte: 1500,
    make: (count) =>
      files(
        models(count, () => "calls:load").replace(/name: m(\d+)/g, 'name: "det-${F$1}-y$1"') +
          lines(count, (i) => `  - name: "det-\${F${i}}-x${i}"\n`),
      ),
  },
  {
    name: "baselines of models from variables",
    megabyte: 1500,
    make: (count) =>
      files(
        `${models(count, () => "calls:load")}baselines:\n${lines(count, (i) => `  - { name: b${i}, model: "x-\${A${i}}", dataset: d }\n`)}`,
      ),
  },
];

/** Many small things that are all related to a large one. */
const SHARED: readonly HostileKind[] = [
  {
    name: "models and functions of one module",
    megabyte: 2900,
    make: (count) =>
      files(
        models(count, (i) => `calls:f${i}`),
        `${lines(count, (i) => `def f${i}():\n    return 1\n`)}${PREDICT}`,
      ),
  },
  {
    name: "models and parameters of one function",
    megabyte: 3000,
    make: (count) =>
      files(
        models(count, () => "calls:load"),
        `def load(${lines(count * 5, (i) => `a${i}: int = 1, `)}):\n    return 1\n${PREDICT}`,
      ),
  },
  {
    name: "models and parameters that are missing",
    megabyte: 3000,
    make: (count) =>
      files(
        models(count, () => "calls:load"),
        `def load(${lines(count * 5, (i) => `a${i}, `)}):\n    return 1\n${PREDICT}`,
      ),
  },
  {
    name: "models and the body of one function",
    megabyte: 3000,
    make: (count) =>
      files(
        models(count, () => "calls:load"),
        `def load():\n${"    x = 1\n".repeat(count * 10)}\n${PREDICT}`,
      ),
  },
  {
    name: "models and one annotation",
    megabyte: 3000,
    make: (count) =>
      files(
        models(count, () => "calls:load"),
        `def load() -> tuple[${"int, ".repeat(count * 10)}int]:\n    return 1\n${PREDICT.replace(
          ":\n",
          ` -> list[tuple[${"int, ".repeat(count * 10)}int]]:\n`,
        )}`,
      ),
  },
  {
    name: "models and the annotation of a parameter",
    megabyte: 3000,
    make: (count) =>
      files(
        models(count, () => "calls:load", "        inputs: [{ name: a, value: 1 }]\n"),
        `def load(a: ${"int | ".repeat(count * 10)}int):\n    return 1\n${PREDICT}`,
      ),
  },
  {
    name: "models and one docstring",
    megabyte: 3000,
    make: (count) =>
      files(
        models(count, () => "calls:load"),
        `def load():\n    """${"a b\n".repeat(count * 20)}"""\n    return 1\n${PREDICT}`,
      ),
  },
  {
    name: "models and stars",
    megabyte: 3000,
    make: (count) =>
      files(
        models(count, (i) => `calls:f${i}`),
        `${lines(count, (i) => `from m${i % 150} import *\n`)}${PREDICT}`,
        Array.from({ length: 150 }, (_, i) => [`m${i}.py`, lines(150, (j) => `from m${j} import *\n`)] as const),
      ),
  },
  {
    name: "models and dynamic names",
    megabyte: 3000,
    make: (count) =>
      files(
        models(count, (i) => `calls:f${i}`),
        `${"x = vars()\n".repeat(count * 5)}${PREDICT}`,
      ),
  },
  {
    name: "models and the inputs of one runtime",
    isLimited: true,
    megabyte: 6000,
    make: (count) =>
      files(
        `models:\n${lines(count, (i) => `  - { name: m${i}, repository: { url: ./. } }\n`)}${model({
          inputs: lines(count, (i) => `          - { name: i${i}, value: "\${A}" }\n`),
        })
          .replace("models:\n", "")
          .replace("name: detector", `name: "\${model.name}"`)}`,
      ),
  },
  {
    name: "models and the files of one runtime",
    isLimited: true,
    megabyte: 6000,
    make: (count) =>
      files(
        `models:\n${lines(count, (i) => `  - { name: m${i}, files: [{ name: a, url: "https://x/" }] }\n`)}${model({
          inputs: lines(count, (i) => `          - { name: i${i}, value: "\${model.files.f${i}.url}" }\n`),
        })
          .replace("models:\n", "")
          .replace("name: detector", `name: "\${model.name}"`)}`,
      ),
  },
  yaml(
    "suppressions of a file and findings",
    12_000,
    (count) =>
      `${lines(count, (i) => `# modelwright-ignore-file unknown-key: reason ${i}\n`)}${lines(count, (i) => `k${i}: 1\n`)}`,
  ),
  yaml(
    "suppressions of a line and findings",
    14_000,
    (count) =>
      `# modelwright-ignore-file unknown-key: all\n${lines(count, (i) => `# modelwright-ignore unknown-key: r\nk${i}: 1\n`)}`,
  ),
  yaml(
    "suppressions of one value",
    20_000,
    (count) =>
      `x-a: "\n${"\n".repeat(10)}"\n${"# modelwright-ignore unknown-key: r\n".repeat(count)}y: "\n${"  a\n".repeat(count)}"\n`,
  ),
  yaml(
    "duplicates and wrong types",
    20_000,
    (count) =>
      `project:\n  name: x\n${"  name: y\n".repeat(count)}models:\n${"  - 1\n".repeat(count)}datasets:\n${"  - []\n".repeat(count)}`,
  ),
  yaml(
    "duplicates and depth",
    30_000,
    (count) =>
      `project:\n  name: x\n${"  name: y\n".repeat(count)}x-a: ${"[".repeat(64)}${"[1], ".repeat(count)}1${"]".repeat(64)}\n`,
  ),
  yaml("items with one alias", 140_000, (count) => `x-m: &m { name: a }\nmodels:\n${"  - *m\n".repeat(count)}`),
  yaml(
    "aliased models and keys of the file",
    50_000,
    (count) => `${lines(count, (i) => `x-${i}: 1\n`)}x-m: &m { name: a }\nmodels:\n${"  - *m\n".repeat(count)}`,
  ),
  yaml(
    "secrets and findings",
    1100,
    (count) =>
      `x-a:\n${lines(count, (i) => `  - ghp_${"a".repeat(30)}${"b".repeat(i)}\n`)}${lines(count * 5, (i) => `ghp_aa${i}ghp_aaghp_aaghp_aaghp_aaghp_aa: 1\n`)}`,
  ),
  yaml("short secrets of one value", 2000, (count) =>
    model({
      inputs: lines(count, (i) => `          - { name: token${i}, value: "${"${A_TOKEN:-a1b2}".repeat(20)}" }\n`),
    }),
  ),
  {
    name: "definitions",
    megabyte: 3000,
    make: (count) =>
      new Map(
        Array.from({ length: count }, (_, i) => {
          const own = `models:\n  - name: m${i}\n    repository: { url: ../d${(i * 7) % count} }\n`;
          const data = `datasets:\n  - { name: x${i}, format: COCO }\ntests:\n  - { name: t, model: n, dataset: x${i}0 }\n`;
          return [`d${i}/efemarai.yaml`, own + data] as const;
        }),
      ),
  },
  {
    name: "definitions that provide runtimes",
    megabyte: 8000,
    make: (count) =>
      new Map([
        ...Array.from(
          { length: count },
          (_, i) => [`d${i}/efemarai.yaml`, `models:\n  - name: m${i}\n    repository: { url: .. }\n`] as const,
        ),
        ["efemarai.yaml", `models:\n${lines(count, (i) => `  - { name: n${i}, runtime: { load: 1, predict: 2 } }\n`)}`],
      ]),
  },
];

/** Text that is hardly YAML. */
const BROKEN: readonly HostileKind[] = [
  repeated("tabs", "\ta: b\n"),
  repeated("tabs and lists", "\t- a: b\n\t\t- c\n"),
  repeated("tabs below keys", "a:\n\tb: c\n"),
  repeated("question marks", "? "),
  repeated("dashes", "- "),
  repeated("dashes on lines", "-\n"),
  repeated("opening braces", "{"),
  repeated("opening brackets", "["),
  repeated("brackets that cross", "[a, {b: ]}, "),
  repeated("empty braces", "{},"),
  repeated("colons", "a: "),
  repeated("colons on lines", "a: b: c\n"),
  repeated("open quotes", '"a\n'),
  repeated("open single quotes", "'a\n"),
  repeated("quotes with text behind", 'a: "b" c\n'),
  repeated("bad escapes", 'a: "\\q"\n'),
  repeated("anchors", "&a "),
  repeated("aliases", "- *a\n"),
  repeated("tags", "- !a b\n"),
  repeated("percent signs", "%a\n"),
  repeated("at signs", "@a\n"),
  repeated("expressions without quotes", "a: {b: ${A}}\n"),
  repeated("expressions alone", "${A}\n"),
  repeated("documents", "---\nmodels: []\n"),
  repeated("document ends", "...\n"),
  repeated("carriage returns", "models: []\r"),
  repeated("lines", "\n"),
  repeated("comments", "#\n"),
  repeated("commas", ","),
  repeated("commas in a list", "a,"),
  repeated("nulls", "\0"),
  repeated("conflicts", "<<<<<<< a\na: 1\n=======\na: 2\n>>>>>>> b\n"),
  repeated("beginnings of conflicts", "<<<<<<<\n"),
  repeated("words", "a b\n"),
  repeated("words and keys", "a\nb: c\n"),
  repeated("keys indented further", "a: b\n  c: d\n"),
  repeated("keys indented less", "  a: b\n c: d\n"),
  yaml("mixed indentation", 40_000, (count) => lines(count, (i) => `${" ".repeat(i % 40)}k${i}: v\n`)),
  yaml(
    "mixed indentation of a list",
    40_000,
    (count) => `models:\n${lines(count, (i) => `${" ".repeat((i * 7) % 23)}- name: v${i}\n`)}`,
  ),
  yaml("stairs", 1400, (count) => lines(count, (i) => `${" ".repeat(i)}a:\n`)),
  yaml("stairs down", 1400, (count) => lines(count, (i) => `${" ".repeat(count - i)}a:\n`)),
  yaml("a block in wrong columns", 110_000, (count) => `a: |\n${" x\n  y\n z\n".repeat(count)}`),
  yaml("one mistake in many models", 4000, (count) => `${models(count, () => "calls:load")}\n  - name: "open\n`),
  yaml("one tab in many models", 4000, (count) => `${models(count, () => "calls:load")}  - name: x\n\tfiles: []\n`),
  yaml("one mistake at the top of many models", 4000, (count) => `a: b: c\n${models(count, () => "calls:load")}`),
];

/** YAML that expands to more than it contains. */
const YAML: readonly HostileKind[] = [
  yaml("models of one name", 40_000, (count) => `models:\n${lines(count, (i) => `  - name: model${i % 3}\n`)}`),
  yaml(
    "models without anything",
    15_000,
    (count) =>
      `project:\n  name: a\nmodels:\n${lines(count, (i) => `  - name: abcdefgh${digits(i)}\n    repository:\n      url: .\n`)}`,
  ),
  yaml(
    "anchors of anchors",
    30_000,
    (count) => `models: &a0 []\n${lines(count, (i) => `k${i}: &a${i + 1} [*a${i}, *a${i}]\n`)}`,
  ),
  yaml(
    "merge keys of merge keys",
    20_000,
    (count) =>
      `models:\n  - &m0\n    name: a\n${lines(count, (i) => `  - &m${i + 1}\n    <<: [*m${i}, *m${i}]\n    k${i}: 1\n`)}`,
  ),
  yaml(
    "merge keys of one map",
    30_000,
    (count) => `x-a: &a { ${lines(count, (i) => `k${i}: 1, `)} }\nx-b:\n${"  - <<: *a\n".repeat(count)}`,
  ),
  yaml(
    "merge keys with many maps",
    300,
    (count) =>
      `x-a: &a { ${lines(count, (i) => `k${i}: 1, `)} }\nx-b:\n${lines(count, () => `  - <<: [${"*a, ".repeat(count)}*a]\n`)}`,
  ),
  yaml("items that are no models", 100_000, (count) => `models:\n${"  - 1\n".repeat(count)}`),
  yaml("empty items", 200_000, (count) => `models:\n${"  -\n".repeat(count)}`),
  yaml("expressions of one value", 70_000, (count) =>
    model({ model: `    description: "${"${model.name}".repeat(count)}"\n` }),
  ),
  yaml("defaults of many values", 1500, (count) =>
    model({
      inputs: lines(count, (i) => `          - { name: a${i}, value: "${"${A:-".repeat(60)}x${"}".repeat(60)}" }\n`),
    }),
  ),
  yaml("inputs that need all others", 300, (count) =>
    model({
      inputs: lines(
        count,
        (i) =>
          `          - { name: i${i}, value: [${lines(Math.min(count, 80), (j) => `"\${model.runtime.load.inputs.i${(i * j + 1) % count}}", `)}1] }\n`,
      ),
    }),
  ),
  yaml("circles of two", 13_000, (count) =>
    model({
      inputs: lines(count, (i) => `          - { name: i${i}, value: "\${model.runtime.load.inputs.i${i ^ 1}}" }\n`),
    }),
  ),
  yaml(
    "transformations in all directions",
    9000,
    (count) =>
      `domains:\n  - name: d\n    transformations:\n${lines(
        count,
        (i) =>
          `      - name: t${i}\n        inputs: [{ output_from: t${(i * 13) % count} }]\n        outputs: [{ input_to: t${(i * 17) % count} }]\n`,
      )}`,
  ),
  yaml(
    "one transformation with all links",
    14_000,
    (count) =>
      `domains:\n  - name: d\n    transformations:\n      - name: t\n        inputs:\n${"          - { output_from: u }\n".repeat(count)}      - name: u\n        outputs:\n${"          - { input_to: t }\n".repeat(count)}`,
  ),
  yaml("a long line", 40_000, (count) => `{ ${lines(count, (i) => `modals${i}: 1, `)} }\n`),
  yaml("a long line of wrong values", 60_000, (count) => `models: [${lines(count, (i) => `${i}, `)}1]\n`),
  yaml("a long line with tabs", 20_000, (count) => `{ ${lines(count, (i) => `modals${i}: "\t\t\t\t\t\t\t", `)} }\n`),
  yaml("a long line of other letters", 30_000, (count) => `{ ${lines(count, (i) => `"модель${i} 🚢": 1, `)} }\n`),
  yaml(
    "long names",
    100,
    (count) => `models:\n${lines(count, (i) => `  - name: ${"x".repeat(10_000)}${i}\n    nmae: 1\n`)}`,
  ),
  yaml("strange names", 20_000, (count) => `models:\n${lines(count, (i) => `  - name: "a\\u202e\\u200d${i}"\n`)}`),
  yaml("tokens", 12_000, (count) =>
    lines(count, (i) => `k${i}: eyJ${"a".repeat(20)}.eyJ${"b".repeat(20)}.${"c".repeat(20)}\n`),
  ),
  yaml(
    "values of YAML 1.1",
    60_000,
    (count) =>
      `x-a: 1\nproject:\n  name: ${"[no, 010, 1_000, 1:2], ".slice(0, 0)}x\ntests:\n${lines(count, () => "  - [no, 010]\n")}`,
  ),
  yaml("an address of many users", 200_000, (count) =>
    model({
      model: `    repository:\n      url: https://${"a:".repeat(count)}${"@".repeat(count)}x/\n      branch: main\n`,
    }),
  ),
];

/** Python that is not a real program. */
const PYTHON: readonly HostileKind[] = [
  python("open parentheses", 1_000_000, (count) => `${CODE}x = ${"(".repeat(count)}`),
  python(
    "lists in an annotation",
    100_000,
    (count) => `def load(a: ${"list[".repeat(count)}int${"]".repeat(count)} = None):\n    return 1\n${PREDICT}`,
  ),
  python(
    "a union",
    150_000,
    (count) =>
      `def load():\n    return 1\n\n\ndef predict(model, datapoints) -> ${"int | ".repeat(count)}int:\n    return []\n`,
  ),
  python(
    "classes that inherit",
    12_000,
    (count) =>
      `class P0:\n    boxes: int\n${lines(count, (i) => `class P${i + 1}(P${i}):\n    a${i}: "P${i}"\n`)}def load():\n    return 1\ndef predict(model, datapoints) -> list[P${count}]:\n    return []\n`,
  ),
  python(
    "aliases of pairs",
    20_000,
    (count) =>
      `A0 = int\n${lines(count, (i) => `A${i + 1} = tuple[A${i}, A${i}]\n`)}def load():\n    return 1\ndef predict(model, datapoints) -> list[A${count}]:\n    return []\n`,
  ),
  python("parameters", 120_000, (count) => `def load(${lines(count, (i) => `a${i}, `)}):\n    return 1\n${PREDICT}`),
  python("parameters of one name", 200_000, (count) => `def load(${"a, ".repeat(count)}):\n    return 1\n${PREDICT}`),
  python(
    "overloads",
    30_000,
    (count) => `from typing import overload\n${"@overload\ndef load(a: int): ...\n".repeat(count)}${CODE}`,
  ),
  python("definitions of one name", 40_000, (count) => `${"def load():\n    return 1\n".repeat(count)}${PREDICT}`),
  python("maybes of one name", 30_000, (count) => `${"if x:\n    load = a\n".repeat(count)}${PREDICT}`),
  python("imports of one name", 40_000, (count) => `${"from calls import load\n".repeat(count)}${PREDICT}`),
  python("decorators", 300_000, (count) => `${"@a\n".repeat(count)}${CODE}`),
  python(
    "an enumeration",
    50_000,
    (count) =>
      `import enum\nclass E(enum.Enum):\n${lines(count, (i) => `    A${i} = "v${i}"\n`)}def load():\n    return 1\ndef predict(model, datapoints) -> list[E]:\n    return []\n`,
  ),
  python("mistakes", 100_000, (count) => `${"def (:\n".repeat(count)}${CODE}`),
  python("continued lines", 500_000, (count) => `x = 1 + ${"\\\n".repeat(count)}1\n${CODE}`),
  python("lambdas", 120_000, (count) => `x = ${"lambda: ".repeat(count)}1\n${CODE}`),
  python(
    "nested functions",
    1000,
    (count) => `${lines(count, (i) => `${" ".repeat(i)}def f${i}():\n`)}${" ".repeat(count)}pass\n${CODE}`,
  ),
  python("f-strings", 330_000, (count) => `x = ${"f'{".repeat(count)}\n${CODE}`),
  python("names of exports", 100_000, (count) => `__all__ = [${lines(count, (i) => `"n${i}", `)}]\n${CODE}`),
];

/** Python names with several meanings, and code that may change a meaning. */
const SCOPES: readonly HostileKind[] = [
  {
    name: "models and one function of many conditions",
    megabyte: 3000,
    make: (count) =>
      files(
        models(count, () => "calls:load", "        inputs: [{ name: a, value: 1 }]\n"),
        `${lines(count, (i) => `if x${i}:\n    def load(b${i}, c: int = 1): return 1\n`)}${PREDICT}`,
      ),
  },
  {
    name: "models and functions of many conditions",
    megabyte: 2000,
    make: (count) =>
      files(
        models(count, (i) => `calls:f${i}`),
        `${lines(40, (i) => `if x${i}:\n    def g(a): return 1\n`)}${lines(count, (i) => `if y${i}:\n    f${i} = g\nelse:\n    f${i} = h\n`)}${PREDICT}`,
      ),
  },
  {
    name: "models and names of one function",
    megabyte: 2500,
    make: (count) =>
      files(
        models(count, (i) => `calls:f${i}`),
        `def load():\n${"    x = 1\n".repeat(count * 5)}    return 1\n${lines(count, (i) => `f${i} = load\n`)}${PREDICT}`,
      ),
  },
  {
    name: "models and the body of predict",
    megabyte: 2500,
    make: (count) =>
      files(
        models(count, () => "calls:load"),
        `def load():\n    return 1\n\n\ndef predict(model, datapoints):\n${"    x = map(f, y)\n".repeat(count * 5)}    return map(f, datapoints)\n`,
      ),
  },
  {
    name: "models and one decorator",
    megabyte: 2500,
    make: (count) =>
      files(
        models(count, (i) => `calls:f${i}`),
        `def deco(f):\n    def inner(*args, **options):\n${"        x = 1\n".repeat(count * 2)}        return f(*args, **options)\n    return inner\n${lines(count, (i) => `@deco\ndef f${i}(): return 1\n`)}${PREDICT}`,
      ),
  },
  {
    name: "models and instances",
    megabyte: 2000,
    make: (count) =>
      files(
        models(count, (i) => `calls:f${i}`),
        `class P:\n    def go(self): return 1\n${lines(count, (i) => `    a${i} = 1\n`)}${lines(count, (i) => `p${i} = P()\nf${i} = p${i}.go\n`)}${PREDICT}`,
      ),
  },
  {
    name: "models and names of one dataclass",
    megabyte: 2000,
    make: (count) =>
      files(
        models(count, (i) => `calls:f${i}`),
        `from dataclasses import dataclass\n@dataclass\nclass A:\n    z: int\n@dataclass\nclass P(A):\n${lines(count, (i) => `    a${i}: int\n`)}${lines(count, (i) => `f${i} = P\n`)}${PREDICT}`,
      ),
  },
  {
    name: "models and partials of one function",
    megabyte: 2000,
    make: (count) =>
      files(
        models(count, (i) => `calls:f${i}`),
        `from functools import partial\ndef load(${lines(count * 2, (i) => `a${i}: int = 1, `)}): return 1\n${lines(count, (i) => `f${i} = partial(load, a${i}=2)\n`)}${PREDICT}`,
      ),
  },
  {
    name: "models and methods of one class",
    megabyte: 2000,
    make: (count) =>
      files(
        models(count, (i) => `calls:f${i}`),
        `class P:\n    def go(self, ${lines(count * 2, (i) => `a${i}: int = 1, `)}): return 1\np = P()\n${lines(count, (i) => `f${i} = p.go\n`)}${PREDICT}`,
      ),
  },
  {
    name: "models and attributes that are set",
    megabyte: 2500,
    make: (count) =>
      files(
        models(count, (i) => `calls:f${i}`),
        `import other\n${lines(count, (i) => `from other import f${i}\n`)}${lines(count, (i) => `other.a${i} = f${i}\n`)}${PREDICT}`,
        [["other.py", lines(count, (i) => `def f${i}(): return 1\n`)]],
      ),
  },
  {
    name: "models and packages that are missing",
    megabyte: 2500,
    make: (count) =>
      files(
        models(count, (i) => `calls:f${i}`),
        `${lines(count * 2, (i) => `import package_${i}\n`)}${lines(count, (i) => `def f${i}(): return 1\n`)}${PREDICT}`,
        [
          [".venv/pyvenv.cfg", "home = /usr/bin\n"],
          [".venv/lib/python3.12/site-packages/six.py", ""],
        ],
      ),
  },
  {
    name: "inputs and fields of a dataclass",
    megabyte: 6000,
    make: (count) =>
      files(
        model({ entrypoint: "calls:C", inputs: lines(count, (i) => `          - { name: a${i}, value: x }\n`) }),
        `from dataclasses import dataclass\nclass B:\n    pass\n@dataclass\nclass C(B):\n${lines(count, (i) => `    class T${i}: x = 1\n    a${i}: T${i}\n`)}${PREDICT}`,
      ),
  },
  python(
    "bases of one class",
    60_000,
    (count) =>
      `${lines(count, (i) => `class B${i}: x = 1\n`)}class load(${lines(count, (i) => `B${i}, `)}): pass\n${PREDICT}`,
  ),
  python(
    "classes of many bases",
    20_000,
    (count) =>
      `class B0: x = 1\nclass B1: x = 1\nclass B2(B1): x = 1\n${lines(
        count,
        (i) => `class B${i + 3}(B${i + 2}, B${i + 1}, B${i}): x = 1\n`,
      )}load = B40\n${PREDICT}`,
  ),
  python(
    "fields of classes that inherit",
    50_000,
    (count) =>
      `from dataclasses import dataclass\n${lines(
        60,
        (i) =>
          `@dataclass\nclass B${i}${i === 0 ? "" : `(B${i - 1})`}:\n${lines(Math.ceil(count / 60), (j) => `    a${i}_${j}: int\n`)}`,
      )}load = B59\n${PREDICT}`,
  ),
  python(
    "names in a loop",
    40_000,
    (count) => `for x in y:\n${"    load = a\n    a = load\n".repeat(count)}${PREDICT}`,
  ),
  python("aliases of aliases", 60_000, (count) => `load = 1\n${"load = load\n".repeat(count)}${PREDICT}`),
  python(
    "attributes that are set",
    100_000,
    (count) => `from calls import predict as load\n${"a.b, c.d: x\n".repeat(count)}${PREDICT}`,
  ),
];

/** All kinds. */
export const HOSTILE: readonly HostileKind[] = [...NAMES, ...SHARED, ...BROKEN, ...YAML, ...PYTHON, ...SCOPES];

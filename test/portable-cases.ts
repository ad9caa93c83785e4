// Definitions that are correct here but stop or mean something else on the platform, and some that also work there.
import { change } from "./definitions.ts";

/** How far the platform's SDK gets: the step at which it stops, or `works`. */
export type Step = "check" | "create" | "run" | "works";

/** A folder with a definition, and the environment for the check; without one, the environment is unknown. */
export interface PortableCase {
  readonly files: Readonly<Record<string, string>>;
  readonly definition: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** The result of the SDK if a variable that is unset in `environment` is set; the default is `environment`. */
  readonly there?: Readonly<Record<string, string>>;
}

const CODE = `def get_model(**options):
    return options


def predict(images, **options):
    return [{} for _ in images]
`;

/** It works in all steps. */
const BASE = `models:
  - name: detector
    description: Finds aircraft.
    files:
      - name: params
        url: params.pt
        upload: true
    runtime:
      image: python:3.11-slim
      batch:
        max_size: 2
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
          - name: images
            value: \${datapoint.image}
        output:
          name: predictions
`;

const FILES = { "inference.py": CODE, "params.pt": "weights" };

/** The base with one thing changed. */
function changed(from: string, to: string, others: Partial<PortableCase> = {}): PortableCase {
  return text(change(BASE, from, to), others);
}

function text(definition: string, { files = {}, ...others }: Partial<PortableCase> = {}): PortableCase {
  return { definition: "efemarai.yaml", files: { "efemarai.yaml": definition, ...FILES, ...files }, ...others };
}

/** The base with another value of its input. */
const value = (written: string, others: Partial<PortableCase> = {}) =>
  changed("value: 640", `value: ${written}`, others);

/** The base with another description. */
const described = (written: string, others: Partial<PortableCase> = {}) =>
  changed("description: Finds aircraft.", `description: ${written}`, others);

const above = (line: string, others: Partial<PortableCase> = {}) => text(`${line}\n${BASE}`, others);

/** A project with one dataset. */
const dataset = (keys: string, files: Readonly<Record<string, string>> = {}, others: Partial<PortableCase> = {}) =>
  text(`project:\n  name: aircraft\ndatasets:\n  - name: flights\n    stage: test\n${keys}`, { files, ...others });

/** A domain of a source and a sink with these axes. */
const domain = (axes: string, index = ", index: 0", others: Partial<PortableCase> = {}) =>
  text(
    `domains:
  - name: weather
    transformations:
      - {name: in, operator: ChooseImage, axes: [], inputs: [], outputs: [{type: Image, input_to: [{transformation: out, index: 0}]}]}
      - {name: out, operator: EvaluateSample, ${axes}inputs: [{type: Image, output_from: {transformation: in${index}}}], outputs: []}
`,
    others,
  );

/** A file with one model. */
const file = (keys: string, others: Partial<PortableCase> = {}) =>
  changed("        url: params.pt\n        upload: true\n", keys, others);

/** A model with remote code. */
const remote = (keys: string) =>
  changed("    files:", `    repository:\n      url: https://git.example.com/team/detector.git\n${keys}    files:`, {
    files: { "remote/inference.py": CODE },
  });

/** A universal model that needs no files. */
function universal(name: string): string {
  const withoutFiles = change(
    BASE,
    "    files:\n      - name: params\n        url: params.pt\n        upload: true\n",
    "",
  );
  const withoutInput = change(
    withoutFiles,
    "          - name: params_url\n            value: ${model.files.params.url}\n",
    "",
  );
  return withoutInput.replace("models:\n", "").replace("detector", name);
}

const ANNOTATIONS = '{"images": [], "annotations": [], "categories": []}';
const IMAGES = { "images/a/1.txt": "1" };
const FLIGHTS = "    format: Custom\n    data_url: images\n    upload: true\n";

const known = (environment: Readonly<Record<string, string>>): Partial<PortableCase> => ({ environment });

export const PORTABLE_CASES: Readonly<Record<string, PortableCase>> = {
  "nothing is wrong": text(BASE),
  // Characters.
  "a deleted character in quotes": described('"a\x7fb"'),
  "a deleted character in a comment": above("# a\x7fb"),
  "a control character": described("a\x81b"),
  "a character that is none": described("'a\uFFFEb'"),
  "an escaped control character": described('"a\\x81b"'),
  "a no-break space and an emoji": described("a\xa0b 😀"),
  "a byte order mark": text(`\uFEFF${BASE}`),
  // Line breaks.
  "a next-line character in text": described("a\x85b"),
  "a next-line character in a comment": above("# a\x85b"),
  "a next-line character before a comment": above("# a\x85 # b"),
  "a line separator in a comment": above("# a\u2028b"),
  "a line separator in a block": described("|-\n      a\u2028b"),
  // Tabs.
  "a tab after a colon": changed("name: detector", "name:\tdetector"),
  "a tab before a colon": changed("name: detector", "name\t: detector"),
  "a tab before a comment": changed("name: detector", "name: detector\t# it"),
  "a tab at the end of a line": changed("name: detector", "name: detector\t"),
  "a tab on an empty line": text(`${BASE}\t\n`),
  "a tab in text": described("a\tb"),
  "a tab in a flow list": value("[1,\t2]"),
  "a tab after a dash": value("\n              - \t1"),
  "a tab after quotes": described("'a'\t"),
  "a tab after the header of a block": described("|\t\n      a"),
  "a tab before a comment on its own line": above("\t# a"),
  "a tab in a directive": text(`%YAML\t1.2\n---\n${BASE}`),
  "a tab in quotes": described("'a\tb'"),
  "a tab in a block": described("|\n      a\tb\n      \tc"),
  "a tab in a comment": above("# a\tb\t"),
  // Anchors, and what flow collections cannot hold.
  "an anchor defined twice": text(`x-a: &a 1\nx-b: &a 2\n${BASE}`),
  "an anchor defined twice in flow": value("[&a 1, &a 2]"),
  "an anchor with a dot": text(`x-a: &a.b 1\n${BASE}`),
  "an anchor with another letter": text(`x-a: &é 1\n${BASE}`),
  "two anchors": text(`x-a: &a-1 1\nx-b: &b_2 [*a-1]\n${BASE}`),
  "a question mark in flow": value("[https://example.com/?a=b]"),
  "a question mark at the end in flow": value("[right?]"),
  "a question mark in quotes in flow": value("['right?']"),
  "a question mark in block": value("right?"),
  "a colon at the start in flow": value("[:a]"),
  "a colon at the start in block": value(":a"),
  "a directive twice": text(`%YAML 1.2\n%YAML 1.2\n---\n${BASE}`),
  "a tag directive twice": text(`%TAG !e! tag:example.com,2000:\n%TAG !e! tag:example.com,2000:\n---\n${BASE}`),
  "two directives": text(`%YAML 1.2\n%TAG !e! tag:example.com,2000:\n---\n${BASE}`),
  "an equals sign below x-": text(`x-a: =\n${BASE}`),
  "a date that does not exist below x-": text(`x-a: [2001-02-30]\n${BASE}`),
  "an equals sign as a key below x-": text(`x-a: { =: 1 }\n${BASE}`),
  // Variables outside of what is read.
  "a variable in a comment": above("# ${OLD}"),
  "a variable in a comment that is not set": above("# ${OLD}", known({})),
  "a variable in a comment that is set": above("# ${OLD}", known({ OLD: "1" })),
  "a variable in a comment with other letters": above("# ${Ölstand}"),
  "a variable in a comment that begins with an underscore": above("# ${_OLD}"),
  "a variable in a comment without braces": above("# $OLD"),
  "the model in a comment": above("# ${model}"),
  "the datapoint in a comment": above("# ${datapoint}"),
  "the datapoints in a comment": above("# ${datapoints}"),
  "a variable below x-": text(`x-a: \${OLD}\n${BASE}`),
  "an escaped variable": described("$${OLD}"),
  // Values of variables.
  "a value with a colon": described("${A}", known({ A: "a: b" })),
  "a value that ends with a colon": described("${A}", known({ A: "a:" })),
  "a value with a hash sign": described("a ${A}", known({ A: "b #c" })),
  "a value with a line break": described("${A}", known({ A: "a\nb: c" })),
  "a value with a line break in a comment": above("# ${A}", known({ A: "a\nb" })),
  "a value with a control character": described("'${A}'", known({ A: "a\x7f" })),
  "a value with an expression": described("'${A}'", known({ A: "${B}" })),
  "a value that starts a list": described("${A}", known({ A: "[a" })),
  "a value that starts a map": described("${A}", known({ A: "{a" })),
  "a value that is an alias": described("${A}", known({ A: "*a" })),
  "a value that is an anchor": described("${A}", known({ A: "&a b" })),
  "a value that is a tag": described("${A}", known({ A: "!a b" })),
  "a value that starts a block": described("${A}", known({ A: "|" })),
  "a value that starts a folded block": described("${A}", known({ A: "> a" })),
  "a value with a percent sign": described("${A}", known({ A: "%a" })),
  "a value with an at sign": described("${A}", known({ A: "@a" })),
  "a value with a backquote": described("${A}", known({ A: "`a`" })),
  "a value with a tab": described("${A}", known({ A: "a\tb" })),
  "a value with quotes": described('"${A}"', known({ A: 'a"b' })),
  "a value with a backslash": described('"${A}"', known({ A: "a\\d" })),
  "a value with an apostrophe": described("'${A}'", known({ A: "it's" })),
  "a value with a comma in flow": value("[a$A]", known({ A: "b, c" })),
  "a value with a comma in block": described("${A}", known({ A: "a, b [c]" })),
  "a value with a colon in quotes": described("'${A}'", known({ A: "a: b #c [" })),
  "a value without a space after the colon": described("${A}", known({ A: "http://a:80/#b" })),
  "a value that is a number": value("${A}", known({ A: "012" })),
  "a value that is a number in quotes": value("'${A}'", known({ A: "012" })),
  "a value that is a boolean": described("${A}", known({ A: "off" })),
  "a number that is one": changed("max_size: 2", "max_size: ${N}", known({ N: "2" })),
  "a number that is none": changed("max_size: 2", "max_size: ${N}", known({ N: "1e1" })),
  "a number in quotes": changed("max_size: 2", 'max_size: "${N}"', { there: { N: "2" } }),
  "a boolean that is none": changed("upload: true", "upload: ${U}", known({ U: "n" })),
  "a boolean in quotes": changed("upload: true", 'upload: "${U}"', { there: { U: "true" } }),
  "a word that is none": dataset(
    "    format: ${F}\n    data_url: images\n    upload: true\n",
    IMAGES,
    known({ F: "coco" }),
  ),
  "a variable for the datapoint": text(BASE, known({ "datapoint.image": "1" })),
  "a name that becomes another": text(
    `${BASE}${BASE.replace("models:\n", "").replace("detector", "${N}")}`,
    known({ N: "detector" }),
  ),
  "names that stay different": text(
    `${BASE}${BASE.replace("models:\n", "").replace("detector", "${N}")}`,
    known({ N: "other" }),
  ),
  // Expressions.
  "angles in an input": value("$<model.files.params.url>"),
  "brackets in an input": value('${model.files["params"].url}'),
  "a space before a name in an input": value("${ model.files.params.url}"),
  "a space after a name in an input": value("${model.files.params.url }"),
  "a price": value("$5.99"),
  "an input of the same call": value("${model.runtime.load.inputs.params_url}"),
  "angles in a description": described("'$<SITE>'"),
  "a space in a description": described("Of ${ SITE }."),
  "a default": described("Of ${SITE:-the airport}."),
  "two dollars": described("$$SITE", known({ SITE: "here" })),
  "an expression in a description": described("Of ${model.name}."),
  "an expression after text": value("on ${model.runtime.device}"),
  "an expression in a list": value('["${model.runtime.device}"]'),
  "an expression in the runtime": changed("python:3.11-slim", "python:${TAG}", { there: { TAG: "3.11-slim" } }),
  // Runtimes and code.
  "a universal entry after the model": text(`models:\n  - name: other\n${universal("${model.name}")}`),
  "a universal entry before the model": text(`models:\n${universal("${model.name}")}  - name: other\n`),
  "a universal entry after a model without a value for its runtime": text(
    `models:\n  - name: other\n    runtime:\n${universal("${model.name}")}`,
  ),
  "a universal entry without braces": text(`models:\n${universal("$model.name")}  - name: other\n`),
  "a universal entry before the exact one": {
    definition: "model.yaml",
    files: {
      "model.yaml": "models:\n  - name: other\n    repository:\n      url: code\n",
      "code/efemarai.yaml": `models:\n${universal("${model.name}")}${universal("other")}`,
      "code/inference.py": CODE,
    },
  },
  "an empty repository": changed("    files:", "    repository: {}\n    files:"),
  "a repository without a value": changed("    files:", "    repository:\n    files:"),
  "a batch without a value": changed("      batch:\n        max_size: 2\n", "      batch:\n"),
  "a package": changed("inference:predict", "detector:predict", { files: { "detector/__init__.py": CODE } }),
  "a module of a package": changed("inference:predict", "detector.code:predict", {
    files: { "detector/__init__.py": "", "detector/code.py": CODE },
  }),
  "a package and a module of the same name": changed("inference:predict", "detector:predict", {
    files: { "detector/__init__.py": CODE, "detector.py": "" },
  }),
  "an earlier commit": remote("      branch: main\n      hash: d88bad6b6845141ea19ad6be63db9d3a327a9742\n"),
  "the newest commit": remote("      branch: main\n      hash: 149f5ebdf94f3765af1853586075945dae6b1fcf\n"),
  "a branch": remote("      branch: main\n"),
  "an ignore file of the code only": changed("    files:", "    repository:\n      url: code\n    files:", {
    files: { "code/inference.py": CODE, "code/.gitignore": "*.bak\n" },
  }),
  "an ignore file of both": changed("    files:", "    repository:\n      url: code\n    files:", {
    files: { "code/inference.py": CODE, "code/.gitignore": "*.bak\n", ".gitignore": "*.bak\n" },
  }),
  // Files and data.
  "a file on S3": file("        url: s3://models/params.pt\n        upload: false\n"),
  "a file on S3 from the environment": file(
    "        url: ${URL}\n        upload: false\n",
    known({ URL: "s3://models/params.pt" }),
  ),
  "a file on S3 without upload": file("        url: s3://models/params.pt\n"),
  "a file over https": file("        url: https://example.com/params.pt\n        upload: false\n"),
  "a file over https without upload": file("        url: https://example.com/params.pt\n"),
  "a file over HTTPS in capitals": file("        url: HTTPS://example.com/params.pt\n        upload: false\n"),
  "a file that is not here": file("        url: other.pt\n        upload: false\n"),
  "a file that is here": file("        url: params.pt\n        upload: false\n"),
  "COCO without annotations": dataset("    format: COCO\n    data_url: images\n", IMAGES),
  "COCO with annotations that are a folder": dataset(
    "    format: COCO\n    data_url: images\n    annotations_url: images\n",
    IMAGES,
  ),
  "COCO with annotations that are not here": dataset(
    "    format: COCO\n    data_url: images\n    annotations_url: a.json\n    upload: false\n",
    IMAGES,
  ),
  "COCO without images": dataset("    format: COCO\n    annotations_url: a.json\n", {
    "a.json": ANNOTATIONS.replace("[]", '[{"id": 1, "file_name": "1.txt", "width": 1, "height": 1}]'),
  }),
  "COCO on S3": dataset(
    "    format: COCO\n    data_url: s3://data/images\n    annotations_url: s3://data/a.json\n    upload: false\n",
  ),
  "COCO with both": dataset("    format: COCO\n    data_url: images\n    annotations_url: a.json\n", {
    ...IMAGES,
    "a.json": ANNOTATIONS,
  }),
  "COCO with a number in quotes": dataset(
    '    format: COCO\n    data_url: images\n    annotations_url: a.json\n    num_datapoints: "${N}"\n',
    { ...IMAGES, "a.json": ANNOTATIONS },
    { there: { N: "5" } },
  ),
  "ImageNet on S3": dataset("    format: ImageNet\n    data_url: s3://data/images\n    upload: false\n"),
  "ImageNet without images": dataset("    format: ImageNet\n"),
  "ImageNet that is a file": dataset("    format: ImageNet\n    data_url: params.pt\n"),
  "ImageNet in a folder": dataset("    format: ImageNet\n    data_url: images\n", IMAGES),
  "a format that create skips": dataset("    format: tfrecord\n    data_url: images\n", IMAGES),
  "upload without data": dataset("    format: Custom\n    upload: true\n"),
  "an area in quotes": dataset(`${FLIGHTS}    min_asset_area: "\${N}"\n`, IMAGES, { there: { N: "5" } }),
  "a problem type without a value": text("project:\n  name: aircraft\n  problem_type:\n"),
  "a domain in a file": text("domains:\n  - file: weather.yaml\n", {
    files: { "weather.yaml": "domain:\n  name: weather\n  transformations: []\n" },
  }),
  "data that create does not upload": dataset("    format: Custom\n    data_url: images\n", IMAGES),
  "data that create uploads": dataset(FLIGHTS, IMAGES),
  "data on S3 without upload": dataset("    format: Custom\n    data_url: s3://data/images\n"),
  "a file over https with upload from the environment": file(
    "        url: https://example.com/params.pt\n        upload: ${U}\n",
    known({ U: "yes" }),
  ),
  "a file over https without upload from the environment": file(
    "        url: https://example.com/params.pt\n        upload: ${U}\n",
    known({ U: "off" }),
  ),
  "data on S3 with upload from the environment": dataset(
    "    format: Custom\n    data_url: s3://data/images\n    upload: ${U}\n",
    {},
    known({ U: "1" }),
  ),
  "a count in quotes of custom data": dataset(`${FLIGHTS}    num_datapoints: "\${N}"\n`, IMAGES, { there: { N: "5" } }),
  "a domain": domain("axes: [{name: a, type: float, fixed: false, range: [0, 1]}], "),
  "a domain without axes": domain(""),
  "an axis without fixed": domain("axes: [{name: a, type: float, range: [0, 1]}], "),
  "an axis that varies over lists": domain("axes: [{name: a, type: list, fixed: false, choices: [[1]]}], "),
  "an axis that varies over texts": domain("axes: [{name: a, type: str, fixed: false, choices: [b, c]}], "),
  "an axis of texts without choices": domain("axes: [{name: a, type: str, fixed: false, range: [0, 1]}], "),
  "an axis with a number from the environment": domain(
    "axes: [{name: a, type: float, fixed: false, range: [0, $X]}], ",
    undefined,
    known({ X: "1" }),
  ),
  "an axis that is fixed": domain("axes: [{name: a, type: list, fixed: true, value: [1]}], "),
  "a link without an index": domain("axes: [], ", ""),
  "an output without an end": text(
    "domains:\n  - name: weather\n    transformations:\n      - {name: in, operator: ChooseImage, outputs: [{type: Image}], axes: [], inputs: []}\n      - {name: out, operator: EvaluateSample, axes: [], inputs: [{type: Image, output_from: {transformation: in, index: 0}}], outputs: []}\n",
  ),
  "a question mark at the start in flow": value("[?a]"),
  "a model in a project without a problem type": text(`project:\n  name: aircraft\n${BASE}`),
  "a model in a project of its own problem type": text(`project:\n  name: aircraft\n  problem_type: Custom\n${BASE}`),
  "a model beside a dataset without data": text(
    `${BASE}datasets:\n  - name: flights\n    format: Custom\n    stage: test\n`,
  ),
};

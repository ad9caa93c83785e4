// Definitions as people write them, with several mistakes and oddities of all kinds that the format knows.
import {
  copy,
  type Entry,
  isOnOneLine,
  layout,
  type Plain,
  print,
  raw,
  type Site,
  type Spelled,
  sitesIn,
  spelled,
} from "./document.ts";
import { Random } from "./random.ts";
import { UNSET, VARIABLES } from "./sandbox.ts";

/** One generated definition. */
export interface Case {
  /** The seed that generates this definition again. */
  readonly seed: number;
  readonly files: Readonly<Record<string, string>>;
  /** The file that is checked. The others provide its runtime. */
  readonly given: string;
  /** The changes, in words. */
  readonly changes: readonly string[];
}

const RUNTIME: Plain = {
  image: "python:3.11-slim",
  load: {
    entrypoint: "inference:get_model",
    inputs: [
      { name: "params_path", value: "${model.files.params.url}" },
      { name: "size", value: 640 },
      { name: "mode", value: "fast" },
    ],
    output: { name: "model" },
  },
  predict: {
    entrypoint: "inference:predict",
    inputs: [
      { name: "model", value: "${model.runtime.load.output.model}" },
      { name: "datapoints", value: "${datapoints}" },
      { name: "threshold", value: 0.5 },
    ],
    output: { name: "predictions", keys: ["boxes", "classes", "scores"] },
  },
};

const PROJECT: Plain = { name: "aircraft", description: "Planes", problem_type: "ObjectDetection", private: true };

const FILE: Plain = { name: "params", url: "w/p.pt", upload: true };

const MODEL: Plain = { name: "detector", description: "Finds planes", version: "v2", files: [FILE] };

const DATASETS: Plain = [
  {
    name: "harbor",
    format: "Custom",
    stage: "test",
    data_url: "data",
    annotations_url: "data/annotations.json",
    upload: true,
    num_datapoints: 100,
    mask_generation: "Simple",
    min_asset_area: 15,
  },
  { name: "remote", format: "Custom", stage: "train", data_url: "s3://bkt/x", upload: false, credentials: "${READER}" },
];

const DOMAINS: Plain = [
  {
    name: "weather",
    transformations: [
      {
        name: "image",
        operator: "ChooseImage",
        axes: [],
        inputs: [],
        outputs: [{ type: "Datapoint", input_to: [{ transformation: "blur", index: 0 }] }],
        position: { x: 0, '"y"': 0 },
      },
      {
        name: "blur",
        operator: "Blur",
        axes: [
          { name: "sigma", type: "float", range: [0, 1.5], choices: [], fixed: false, value: 1 },
          { name: "kind", type: "str", choices: ["a", "b"], fixed: true, value: "a" },
        ],
        inputs: [{ type: "Datapoint", output_from: { transformation: "image", index: 0 } }],
        outputs: [{ type: "Datapoint", input_to: [{ transformation: "evaluate", index: 0 }] }],
        position: { x: 120.5, '"y"': 40 },
      },
      {
        name: "evaluate",
        operator: "EvaluateSample",
        axes: [],
        inputs: [{ type: "Datapoint", output_from: { transformation: "blur", index: 0 } }],
        outputs: [],
      },
    ],
  },
];

const RUNS: { readonly [key: string]: Plain } = {
  tests: [
    {
      name: "stress",
      model: "detector",
      domain: "weather",
      dataset: "harbor",
      num_samples: 25,
      num_runs: 40,
      concurrent_runs: 4,
    },
  ],
  baselines: [{ name: "base", model: "detector", dataset: "harbor" }],
};

/** Complete definitions of common shapes, by file. */
export const BASES: readonly { readonly [path: string]: Plain }[] = [
  { "efemarai.yaml": { project: PROJECT, models: [{ ...(MODEL as object), runtime: RUNTIME }] } },
  {
    "efemarai.yaml": {
      models: [
        {
          ...(MODEL as object),
          runtime: { ...(RUNTIME as object), device: "gpu", batch: { max_size: 4, image_size: [640, 480] } },
        },
      ],
    },
  },
  { "efemarai.yaml": { project: PROJECT, datasets: DATASETS, domains: DOMAINS } },
  {
    "efemarai.yaml": {
      project: PROJECT,
      models: [{ ...(MODEL as object), runtime: RUNTIME }],
      datasets: DATASETS,
      domains: DOMAINS,
      ...RUNS,
    },
  },
  {
    "model.yaml": { project: PROJECT, models: [MODEL] },
    "efemarai.yaml": { models: [{ name: "${model.name}", runtime: RUNTIME }] },
  },
  {
    "model.yaml": {
      models: [
        {
          name: "far",
          repository: { url: "https://example.com/team/code", branch: "main" },
          files: [FILE],
        },
      ],
    },
  },
  { "model.yaml": { project: PROJECT, models: [{ name: "local", repository: { url: "src" }, files: [] }] } },
];

/** Values that are valid at a place in common spellings, and some that are nearly valid. */
const AT: Readonly<Record<string, readonly string[]>> = {
  "project.name": [
    "${TEAM}",
    "$TEAM",
    "team-${TEAM}",
    "team-$TEAM-x",
    "2024",
    "1.10",
    "yes",
    "007",
    "'007'",
    "null",
    "~",
    '""',
  ],
  "project.problem_type": [
    "Custom",
    "Detection",
    "${STAGE}",
    "Object${NOPE:-Detection}",
    "classification",
    "'Classification'",
  ],
  "project.private": [
    "yes",
    "no",
    "on",
    "off",
    "Yes",
    "y",
    "n",
    "0",
    "1",
    '"yes"',
    "${FLAG}",
    "$OFF",
    "${YES}",
    '"${FLAG}"',
    "!!bool yes",
    "~",
  ],
  "models[].name": [
    "det-${CI_SHA}",
    "det-$CI_SHA",
    "${TEAM}",
    "$TEAM",
    "det-${NOPE}",
    "det-$NOPE",
    "1",
    "1.0",
    "yes",
    "det 2",
    "dét",
    "${model.name}",
    "$model.name",
    "'${model.name}'",
    "det/2",
    "a.b",
    '"a\\tb"',
    "0x10",
    "1_000",
    "2024-01-31",
    "det-${CI_SHA}-$BR",
    "${OCTAL}",
    "${PAIR}",
  ],
  "models[].version": [
    "${CI_SHA}",
    "$CI_SHA",
    "1",
    "1.10",
    "1.0",
    "'1.0'",
    "[1]",
    "2024-01-31",
    "v${N}",
    "1_0",
    "0o17",
    "1:30",
    "yes",
    "~",
  ],
  "models[].description": [
    "${TEAM}",
    "costs $5.99",
    "for $TEAM",
    "$",
    "$$TEAM",
    "$${TEAM}",
    "a # b",
    "'a # b'",
    "12",
    "true",
    "~",
    "${HASH}",
    "x: y",
    "${APOSTROPHE}",
    "'${APOSTROPHE}'",
  ],
  "models[].repository.url": [
    ".",
    "./src",
    "src/",
    "${CODE_DIR}",
    "./$CODE_DIR",
    "$CODE_DIR",
    "nope",
    "https://example.com/a/b.git",
    "http://example.com/a",
    "git@example.com:a/b.git",
    "ssh://example.com/a",
    "~",
    '""',
    "src/inference.py",
    "https://${READER}@example.com/a",
    "HTTPS://example.com/a",
    "${NOPE}",
  ],
  "models[].repository.branch": ["main", "release/$BR", "release/${BR}", "${BR}", "1.0", "yes", "012", "~", '""'],
  "models[].repository.hash": [
    "${CI_SHA}",
    "$CI_SHA",
    "1234567",
    "1e10",
    "0123456",
    "12e4567",
    "3f2a9d1c5b7e3f2a9d1c5b7e3f2a9d1c5b7e3f2a",
    "HEAD",
    "~",
  ],
  "models[].files[].name": [
    "${FILE_NAME}",
    "$FILE_NAME",
    "params",
    "weights",
    "a-b",
    "1",
    "yes",
    "größe",
    "pre_${FILE_NAME}",
    "${NOPE}",
    "a.b",
    "a b",
    "null",
    "param$EMPTY",
    "${MY-VAR}",
  ],
  "models[].files[].url": [
    "w/p.pt",
    "./w/q.pt",
    "w/../w/p.pt",
    "w",
    "w/",
    "w/nope.pt",
    "W/p.pt",
    "s3://bkt/p.pt",
    "gs://bkt/p.pt",
    "https://example.com/p.pt",
    "http://example.com/p.pt",
    "file:w/p.pt",
    "file:///w/p.pt",
    "$WDIR/p.pt",
    "${WDIR}/p.pt",
    "${WDIR}/nope.pt",
    "$WDIR/nope.pt",
    "s3://$BUCKET/x",
    "s3://${BUCKET}/x",
    "'w/p.pt'",
    '"w\\/p.pt"',
    "w/größe.pt",
    "w/$UNICODE.pt",
    "${NOPE}",
    "$NOPE/p.pt",
    "w/p.pt ",
    "~",
    "${EMPTY}",
    "w/${EMPTY}p.pt",
    "${NOPE:-w/p.pt}",
    "w//p.pt",
  ],
  "models[].files[].upload": [
    "true",
    "false",
    "yes",
    "no",
    "on",
    "off",
    "Off",
    "NO",
    "y",
    "n",
    "0",
    "1",
    "2",
    '"false"',
    '""',
    "${FLAG}",
    "$OFF",
    "${NO}",
    '"${OFF}"',
    "~",
    "",
    "True",
    "FALSE",
    "!!bool no",
    "!!bool true",
    "null",
    "[]",
  ],
  "models[].files[].credentials": [
    "${READER}",
    "$READER:$BR",
    "${READER}:${BR}",
    "user:pw",
    "~",
    "123",
    "'1:30'",
    "1:30",
  ],
  "models[].runtime.image": [
    "python:3.11-slim",
    "python:$TAG",
    "python:${TAG}",
    "reg/$TEAM/det:1",
    "reg.example.com:5000/x/y:1",
    "python",
    "python:latest",
    "Python:3",
    "a b",
    "~",
    "3.11",
    "img@sha256:${CI_SHA}",
    "'python:3.11'",
    "python:3.11 # c",
    "nvcr.io/nvidia/pytorch:23.05-py3",
  ],
  "models[].runtime.device": ["cpu", "gpu", "cuda", "GPU", "cuda:0", "${DEV}", "$DEV", "~", "'gpu'", "1"],
  "models[].runtime.batch.max_size": [
    "1",
    "8",
    "0",
    "-1",
    "1_000",
    "0b11",
    "0o17",
    "017",
    "0x10",
    "1:30",
    "1e3",
    "8.0",
    "'8'",
    "${N}",
    "$N",
    '"${N}"',
    "~",
    "${OCTAL}",
    "+8",
    "1,000",
    "!!int '8'",
    "1_000.5",
    "${NOPE:-8}",
  ],
  "models[].runtime.batch.image_size": [
    "[640, 480]",
    "640",
    "[640]",
    "[640, '480']",
    "[1_000, 0x10]",
    "[${WIDTH}, 480]",
    "['${WIDTH}', 480]",
    "[640, 480, 3]",
    "~",
    "[]",
    "640x480",
  ],
  "models[].runtime.load.entrypoint": [
    "inference:get_model",
    "yolo-v5:get_model",
    "2mod:get_model",
    "object-detection.inference:get_model",
    "pkg:get_model",
    "pkg.sub:get_model",
    "code:get_model",
    "${MODULE}:get_model",
    "$MODULE:get_model",
    "inference:$FUNC",
    "inference:${FUNC}",
    "inference",
    "inference.py:get_model",
    "inference: get_model",
    "'inference:get_model'",
    "inference:nope",
    "nope:get_model",
    "src.inference:get_model",
    "src/inference:get_model",
    "inference:get_model:x",
    "inference:get_model.x",
    " inference:get_model",
  ],
  "models[].runtime.load.inputs[].name": [
    "${FILE_NAME}",
    "$FILE_NAME",
    "size",
    "a-b",
    "class",
    "1",
    "größe",
    "in ${N}",
    "in_$N",
    "yes",
    "ﬁ",
  ],
  "models[].runtime.predict.inputs[].name": ["${FILE_NAME}", "in_$N", "datapoints", "y", "n"],
  "models[].runtime.predict.output.keys[]": ["${BOX}", "$BOX", "1", "yes", "a b", "~", "box-es", "bbox"],
  "models[].runtime.predict.output.name": ["${BOX}", "out-$N", "1", "yes", "größe"],
  "models[].runtime.load.output.name": ["${BOX}", "model", "net", "$BOX"],
  "datasets[].name": ["${TEAM}", "d-$TEAM", "1", "yes", "012", "a b", "2024-01-31", "~"],
  "datasets[].format": [
    "COCO",
    "${V}CO",
    "$FMT",
    "${FMT}",
    "coco",
    "ImageNet",
    "ImageRegression",
    "tfrecord",
    "TFRecord",
    "Custom",
    "'Custom'",
    "YOLO",
    "~",
  ],
  "datasets[].stage": ["train", "validation", "val", "${STAGE}", "$STAGE", "Test", "t$NOPE", "'test'", "~"],
  "datasets[].data_url": [
    "data",
    "$ROOT",
    "${ROOT}",
    "$ROOT/cats",
    "./data",
    "nope",
    "s3://$BUCKET/x",
    "https://example.com/d.zip",
    "~",
    '""',
    "${NOPE}",
    "data/annotations.json",
    "${ROOT}/nope",
  ],
  "datasets[].annotations_url": [
    "data/annotations.json",
    "$ROOT/annotations.json",
    "${ROOT}/nope.json",
    "s3://bkt/a.json",
    "~",
  ],
  "datasets[].upload": [
    "true",
    "false",
    "yes",
    "no",
    "on",
    "off",
    "0",
    "1",
    "${FLAG}",
    "$OFF",
    "~",
    "",
    '"false"',
    "!!bool no",
    "Y",
  ],
  "datasets[].credentials": ["$READER:$BR", "${READER}:${BR}", "~", "user:pw", "5", "$BR"],
  "datasets[].num_datapoints": [
    "1_000",
    "0b11",
    "1:30",
    "0o17",
    "017",
    "100",
    "1e3",
    "100.0",
    "'100'",
    "${N}",
    '"${N}"',
    "$N",
    "~",
    "0",
    "-5",
    "0x1F",
    "1_0",
    "18446744073709551615",
  ],
  "datasets[].mask_generation": ["Simple", "Advanced", "simple", "~", "${NOPE:-Simple}", "None", "'Simple'"],
  "datasets[].min_asset_area": ["15", "1_5", "0", "~", "1.5", "${N}", "0b1", "-1"],
  "domains[].name": ["weather", "w-${TEAM}", "w-$TEAM", "1", "yes", "~"],
  "domains[].transformations[].name": ["blur", "image", "b-${N}", "1", "y", "~", "evaluate"],
  "domains[].transformations[].operator": ["Blur", "Fog", "${STAGE}", "ChooseImage", "EvaluateSample", "1"],
  "domains[].transformations[].axes[].range": [
    "[0, 1]",
    "[]",
    "[1, 0]",
    "[0]",
    "[0, 1, 2]",
    "[0.5, 1_0]",
    "[${N}, ${X}]",
    "['0', '1']",
    "~",
    "[-.inf, .inf]",
    "[0, 0b11]",
    "[1:30, 200]",
  ],
  "domains[].transformations[].axes[].choices": [
    "[1, 2]",
    "[]",
    "[a, b]",
    "[yes, no]",
    "[1_0, 2]",
    "['${N}']",
    "~",
    "[1, 1]",
  ],
  "domains[].transformations[].axes[].type": [
    "float",
    "int",
    "bool",
    "str",
    "list",
    "number",
    "AffineMatrix",
    "~",
    "'int'",
    "Float",
  ],
  "domains[].transformations[].axes[].fixed": ["true", "false", "yes", "no", "0", "1", "${FLAG}", "~", "on"],
  "domains[].transformations[].axes[].value": ["1", "1_0", "yes", "[]", "~", "0.5", "a", "${N}", "1:30", ".inf"],
  "domains[].transformations[].position.x": ["${X}", "$X", "1_0", "-3.5", "1e2", "0b1", "~", "1:30", "'10'"],
  "domains[].transformations[].inputs[].output_from.index": ["0", "1", "${NOPE:-0}", "'0'", "0b0", "~", "-1", "00"],
  "domains[].transformations[].outputs[].input_to[].index": ["0", "1", "0x0", "~", "-1"],
  "tests[].model": ["detector", "nope", "Detector", "${TEAM}", "~", "1"],
  "tests[].num_samples": ["25", "2_5", "0", "~", "${N}", "'25'", "1e1", "0b11"],
  "tests[].num_runs": ["40", "0o50", "~", "${N}", "1:00"],
  "tests[].concurrent_runs": ["4", "${N}", "1_0", "~"],
  "tests[].name": ["stress", "s-$CI_SHA", "${TEAM}", "1", "~", "yes"],
  "baselines[].name": ["base", "b-${CI_SHA}", "1", "no"],
};

/** Values of an input, and invalid ones. */
const ANY: readonly string[] = [
  "yes",
  "no",
  "on",
  "off",
  "y",
  "N",
  "true",
  "True",
  "null",
  "~",
  "",
  "1_000",
  "0b11",
  "0o17",
  "017",
  "09",
  "0x1F",
  "-0x1F",
  "1:30",
  "-1:30",
  "1:30.5",
  "1_000.5",
  "685_230.15",
  "1e3",
  "1.e+3",
  ".5",
  "+.5",
  "6.8523015e+5",
  ".inf",
  "-.inf",
  ".nan",
  ".Inf",
  ".NAN",
  "1.0",
  "0.0",
  "-0",
  "-0.0",
  "001",
  "1.",
  "9007199254740993",
  "18446744073709551615",
  "0xFFFFFFFFFFFFFFFF",
  "1e400",
  "0.1",
  "1e-7",
  "123456789012345678901234567890",
  "+12",
  "0o8",
  "08",
  "1__0",
  "_1",
  "2024-01-31",
  "2001-12-14t21:59:43.10-05:00",
  "12:30:45",
  "=",
  "<<",
  "text",
  "'text'",
  '"text"',
  "'it''s'",
  '"\\x41\\u00e9\\t\\/"',
  '"a\\nb"',
  "größe",
  "✈",
  '"\\U0001F600"',
  "a b",
  "a#b",
  "a:b",
  "http://x",
  "a, b",
  "[]",
  "{}",
  "[1, 2]",
  "{a: 1}",
  "{1: a}",
  "{yes: 1}",
  "[a, [b, {c: d}]]",
  "['${N}']",
  "{k: '${N}'}",
  "!!str 5",
  "!!int '5'",
  "!!float 3",
  "!!float '3'",
  "!!bool yes",
  "!!null ''",
  "!!binary aGk=",
  "!!set {a, b}",
  "!!omap [a: 1]",
  "!!timestamp 2001-01-01",
  "!custom x",
  "!!python/none x",
  "!!str",
  "!!str yes",
  "! 12",
  "!!seq [1]",
  "!!map {a: 1}",
  "!!pairs [a: 1]",
  "${N}",
  "$N",
  "'${N}'",
  "${TEAM}",
  "$TEAM",
  "${TEAM}/x",
  "a-${TEAM}",
  "a-$TEAM",
  "${NOPE}",
  "$NOPE",
  "${_NOPE}",
  "${NOPE:-x}",
  "${TEAM:-x}",
  "${NOPE:?why}",
  "${MY-VAR}",
  "${ TEAM }",
  "$<TEAM>",
  "$${TEAM}",
  "$$TEAM",
  "$$x",
  "$5.99",
  "$",
  "a$",
  "$ x",
  "costs $5",
  "${}",
  "${TEAM",
  "$TEAM}",
  "${PAIR}",
  "'${PAIR}'",
  "${HASH}",
  "${APOSTROPHE}",
  "'${APOSTROPHE}'",
  "${STAR}",
  "${AT}",
  "${LIST}",
  "${PADDED}",
  "${LINES}",
  '"${LINES}"',
  "${DOLLAR}",
  "${BRACES}",
  "${EMPTY}",
  "x${EMPTY}",
  "${OCTAL}",
  "${FLOAT}",
  "${DATE}",
  "${SEXAGESIMAL}",
  "${NOTHING}",
  "${YES}",
  "${FLAG}",
  "${_UNDER}",
  "$_UNDER",
  "${UNICODE}",
  "${model.name}",
  "$model.name",
  "the ${model.name}",
  "${model.runtime.device}",
  "${model.files.params.url}",
  "$model.files.params.url",
  "${model.files.params.url}/x",
  "x/${model.files.params.url}",
  "${model.files.nope.url}",
  "${model.files.params}",
  "${model.runtime.load.inputs.size}",
  "${model.runtime.load.output.model}",
  "${datapoints}",
  "$datapoints",
  "${datapoint.image}",
  "['${model.name}']",
  "{a: '${model.files.params.url}'}",
  "${model.version}",
  "${model.files['params'].url}",
  "*missing",
  "&a x",
  "@x",
  "`x",
  "%x",
  "a: b",
  "- a",
  "? a",
  "'unclosed",
  '"unclosed',
  "[1, 2",
  "x\ty",
  "|",
  "a\u007fb",
  "'a\u0085b'",
  "a\u2028b",
  "\ufeffx",
  "'a\\nb'",
  '"\\q"',
  "x # ${OLD}",
  "x # comment",
  "x\t# comment",
  "#x",
  "a\u00a0b",
];

const COMMENTS: readonly string[] = [
  " # note",
  " # ${OLD}",
  " # $OLD",
  " # ${TEAM}",
  "\t# note",
  " # ${PAIR}",
  " # ${LINES}",
  " # é",
  " #",
  " # a: b",
  " # \u007f",
  "  # ${_NOPE}",
  " # ${NOPE:-x}",
  " # ${model.name}",
  " # 'x",
];

type Change = (root: Spelled, random: Random) => string | undefined;

/** A random choice; `undefined` if there is nothing to choose from. */
function siteOf(root: Spelled, random: Random, wanted: (site: Site) => boolean): Site | undefined {
  const sites = [...sitesIn(root)].filter(wanted);
  return sites.length === 0 ? undefined : random.pick(sites);
}

const isScalar = ({ value }: Site): boolean => value.kind === "raw";

const change: Readonly<Record<string, readonly [weight: number, Change]>> = {
  "a value for the place": [
    40,
    (root, random) => {
      const site = siteOf(root, random, ({ pattern }) => AT[pattern] !== undefined);
      if (site === undefined) return undefined;
      const text = random.pick(AT[site.pattern] ?? []);
      site.set(raw(text));
      return `${site.pattern}: ${text}`;
    },
  ],
  "a value of an input": [
    18,
    (root, random) => {
      const site = siteOf(root, random, ({ pattern }) => pattern.endsWith(".inputs[].value"));
      const text = random.pick(ANY);
      site?.set(raw(text));
      return site && `${site.pattern}: ${text}`;
    },
  ],
  "any value anywhere": [
    10,
    (root, random) => {
      const site = siteOf(root, random, isScalar);
      const text = random.pick(ANY);
      site?.set(raw(text));
      return site && `${site.pattern}: ${text}`;
    },
  ],
  "a variable anywhere": [
    12,
    (root, random) => {
      const site = siteOf(root, random, isScalar);
      if (site?.value.kind !== "raw") return undefined;
      const name = random.pick([...Object.keys(VARIABLES), ...UNSET]);
      const isPlain = /^\w+$/.test(name);
      const variable = random.pick([`\${${name}}`, ...(isPlain ? [`$${name}`] : [])]);
      const own = site.value.text.replace(/[$"'].*/, "");
      const text = random.pick([
        variable,
        variable,
        `${own}${variable}`,
        `${variable}${own}`,
        `${own}-${variable}-x`,
        `'${variable}'`,
        `"${variable}"`,
      ]);
      site.set(raw(text));
      return `${site.pattern}: ${text}`;
    },
  ],
  "another quoting style": [
    4,
    (root, random) => {
      const site = siteOf(root, random, isScalar);
      if (site?.value.kind !== "raw") return undefined;
      const { text } = site.value;
      const style = random.pick(["'", '"', "|-", ">-", "|", ">", "folded"]);
      if (/['"\\\n]/.test(text)) return undefined;
      if (style === "'" || style === '"') site.set(raw(`${style}${text}${style}`));
      else if (style === "folded") site.set(raw(text, ["more"]));
      else site.set(raw(style, [text]));
      return `${site.pattern} as ${style}`;
    },
  ],
  "no value": [
    8,
    (root, random) => {
      const site = siteOf(root, random, ({ entry }) => entry !== undefined);
      const text = random.pick(["", "null", "~", "[]", "{}", '""', "Null", "'null'"]);
      site?.set(raw(text));
      return site && `${site.pattern}: ${text === "" ? "(nothing)" : text}`;
    },
  ],
  "a removed value": [
    6,
    (root, random) => {
      const site = siteOf(root, random, () => true);
      site?.remove();
      return site && `without ${site.pattern}`;
    },
  ],
  "another key": [
    4,
    (root, random) => {
      const site = siteOf(root, random, ({ entry }) => entry !== undefined);
      if (site?.entry === undefined) return undefined;
      const { key } = site.entry;
      const changed = random.pick([
        `"${key}"`,
        `'${key}'`,
        `${key} `,
        `${key.slice(0, -1)}`,
        `x-${key}`,
        `_${key}`,
        key.toUpperCase(),
        `!!str ${key}`,
        `? ${key}\n`,
        "${TEAM}",
        "yes",
        "1",
      ]);
      site.entry.key = changed.replace("\n", "");
      return `${site.pattern} as ${changed}`;
    },
  ],
  "a key for the place": [
    8,
    (root, random) => {
      const places = Object.keys(AT).filter((pattern) => !pattern.endsWith("[]"));
      const pattern = random.pick(places);
      const key = pattern.slice(pattern.lastIndexOf(".") + 1);
      const parent = pattern.slice(0, -key.length - 1);
      const isFree = ({ value }: Site): boolean =>
        value.kind === "map" && value.entries.every((entry) => entry.key !== key);
      const site = siteOf(root, random, (each) => each.pattern === parent && isFree(each));
      if (site?.value.kind !== "map") return undefined;
      const text = random.pick(AT[pattern] ?? []);
      site.value.entries.push({ key, value: raw(text) });
      return `${pattern} more: ${text}`;
    },
  ],
  "an extra key": [
    4,
    (root, random) => {
      const site = siteOf(root, random, ({ value }) => value.kind === "map");
      if (site?.value.kind !== "map") return undefined;
      const key = random.pick([
        "note",
        "x-note",
        "_note",
        "tags",
        "hash",
        "y",
        "1",
        "author",
        "created_at",
        "on",
        "<<",
      ]);
      site.value.entries.splice(random.pick([0, site.value.entries.length]), 0, {
        key,
        value: raw(random.pick(["x", "1", "[a]", "{a: 1}", "~", "${OLD}", "$OLD"])),
      });
      return `${site.pattern} with ${key}`;
    },
  ],
  "a top-level key": [
    2,
    (root, random) => {
      if (root.kind !== "map") return undefined;
      const key = random.pick(["x-note", "_note", ".note", "version", "anchors", "model", "definitions", "on"]);
      root.entries.splice(random.pick([0, root.entries.length]), 0, {
        key,
        value: raw(random.pick(["x", "1", "[a]", "{a: 1}", "&t {a: 1}", "~"])),
      });
      return `with ${key}`;
    },
  ],
  "a duplicate entry": [
    3,
    (root, random) => {
      const site = siteOf(root, random, ({ holder }) => holder.kind === "list" || random.chance(0.3));
      if (site === undefined) return undefined;
      if (site.holder.kind === "list") site.holder.items.push(copy(site.value));
      else if (site.entry !== undefined) site.holder.entries.push(structuredClone(site.entry));
      return `${site.pattern} twice`;
    },
  ],
  "a comment": [
    6,
    (root, random) => {
      const site = siteOf(
        root,
        random,
        ({ entry, value }) => entry !== undefined && (value.kind === "raw" ? value.lines === undefined : true),
      );
      if (site?.entry === undefined) return undefined;
      const text = random.pick(COMMENTS);
      if (random.chance(0.7)) site.entry.comment = text;
      else site.entry.before = text.trim();
      return `a comment${text}`;
    },
  ],
  "a gap": [
    3,
    (root, random) => {
      const site = siteOf(root, random, ({ entry, value }) => entry !== undefined && value.kind === "raw");
      if (site?.entry === undefined) return undefined;
      site.entry.gap = random.pick(["\t", " \t", "  ", "   ", "\t\t"]);
      return `${site.pattern} after ${JSON.stringify(site.entry.gap)}`;
    },
  ],
  "flow style": [
    5,
    (root, random) => {
      const site = siteOf(root, random, ({ value }) => value.kind !== "raw" && isOnOneLine(value));
      if (site === undefined || site.value.kind === "raw") return undefined;
      site.value.flow = true;
      return `${site.pattern} in flow style`;
    },
  ],
  "an anchor": [
    5,
    (root, random) => {
      const site = siteOf(
        root,
        random,
        ({ entry, value }) =>
          entry !== undefined &&
          value.kind === "raw" &&
          value.lines === undefined &&
          !/^[&*!]/.test(value.text) &&
          value.text !== "",
      );
      if (site?.value.kind !== "raw") return undefined;
      const name = random.pick(["a", "a", "a", "b", "größe", "x.y", "a-1"]);
      site.set(raw(`&${name} ${site.value.text}`));
      const other = random.chance(0.5)
        ? siteOf(root, random, ({ pattern, value }) => pattern === site.pattern && value !== site.value)
        : siteOf(root, random, isScalar);
      if (other !== undefined && other.value !== site.value && random.chance(0.8))
        other.set(raw(random.chance(0.9) ? `*${name}` : `&${name} twice`));
      return `&${name} at ${site.pattern}, then ${other?.pattern ?? "nothing"}`;
    },
  ],
  "a second model": [
    6,
    (root, random) => {
      const models = siteOf(root, random, ({ pattern, value }) => pattern === "models" && value.kind === "list");
      if (models?.value.kind !== "list") return undefined;
      const [first] = models.value.items;
      if (first?.kind !== "map") return undefined;
      const second = copy(first);
      const names = second.kind === "map" ? second.entries : [];
      const name = names.find(({ key }) => key === "name");
      if (name === undefined) return undefined;
      name.value = raw(random.pick(["second", "${model.name}", "detector", "detector-2", "$model.name", "second-$N"]));
      const how = random.pick(["alias", "merge", "copy", "no runtime", "before", "extend"]);
      const own = first.entries.find(({ key }) => key === "runtime");
      const its = names.find(({ key }) => key === "runtime");
      if (how === "alias" && own !== undefined && its !== undefined) {
        const shared = own.value;
        if (root.kind === "map") root.entries.unshift({ key: "x-runtime", value: shared, gap: " " });
        anchor(root, "x-runtime", "rt");
        own.value = raw("*rt");
        its.value = raw("*rt");
      } else if ((how === "merge" || how === "extend") && own !== undefined && its !== undefined) {
        if (root.kind === "map") root.entries.unshift({ key: "x-runtime", value: own.value });
        anchor(root, "x-runtime", "rt");
        own.value = raw("*rt");
        const entries: Entry[] = [{ key: "<<", value: raw(random.pick(["*rt", "[*rt]", "*rt"])) }];
        if (how === "extend") entries.push({ key: "image", value: raw("python:3.12-slim") });
        its.value = { kind: "map", entries };
      } else if (how === "no runtime" && its !== undefined) names.splice(names.indexOf(its), 1);
      if (how === "before") models.value.items.unshift(second);
      else models.value.items.push(second);
      const { value } = name;
      return `a second model (${how}) ${value.kind === "raw" ? value.text : ""}`;
    },
  ],
};

/** Writes an anchor before the value of a top-level key. */
function anchor(root: Spelled, key: string, name: string): void {
  if (root.kind !== "map") return;
  const entry = root.entries.find((each) => each.key === key);
  if (entry !== undefined) entry.comment = ` &${name}${entry.comment ?? ""}`;
}

/** Changes of the whole text. */
const TEXT: readonly (readonly [title: string, (text: string, random: Random) => string])[] = [
  ["CRLF", (text) => text.replaceAll("\n", "\r\n")],
  ["CR", (text) => text.replaceAll("\n", "\r")],
  ["a byte order mark", (text) => `\ufeff${text}`],
  ["a document start", (text) => `---\n${text}`],
  ["a document end", (text) => `${text}...\n`],
  ["%YAML 1.1", (text) => `%YAML 1.1\n---\n${text}`],
  ["a second document", (text) => `${text}---\nproject: {name: x}\n`],
  ["an empty second document", (text) => `${text}---\n`],
  ["no line break at the end", (text) => text.trimEnd()],
  ["spaces at the ends of lines", (text) => text.replaceAll("\n", "  \n")],
  ["tabs at the ends of lines", (text) => text.replaceAll("\n", "\t\n")],
  ["empty lines", (text) => text.replaceAll("\n", "\n\n")],
  ["lines of spaces", (text) => text.replaceAll("\n", "\n    \n")],
  ["a tab for indentation", (text) => text.replace(/^ {2}/m, "\t")],
  ["a comment at the end", (text) => `${text}# \${OLD}\n`],
  ["a code fence", (text) => `\`\`\`yaml\n${text}\`\`\`\n`],
  ["NEL", (text, random) => cut(text, random, "\u0085")],
  ["LS", (text, random) => cut(text, random, "\u2028")],
  ["a form feed", (text, random) => cut(text, random, "\f")],
  ["DEL in a comment", (text) => `# \u007f\n${text}`],
  ["a control character in a comment", (text) => `# \u0001\n${text}`],
  ["a no-break space", (text) => text.replace(": ", ":\u00a0")],
  ["deeper indentation", (text) => text.replace(/^/gm, "  ")],
];

/** The text with one line break replaced by another character. */
function cut(text: string, random: Random, sign: string): string {
  const breaks = [...text.matchAll(/\n/g)].map(({ index }) => index);
  const at = random.pick(breaks);
  return `${text.slice(0, at)}${sign}${text.slice(at + 1)}`;
}

/** The definition of a seed. */
export function generate(seed: number): Case {
  const random = new Random(Math.imul(seed + 1, 0x9e3779b1));
  const base = random.pick(BASES);
  const trees = new Map(Object.entries(base).map(([path, value]) => [path, spelled(value)]));
  const [given = "efemarai.yaml"] = trees.keys();
  const changes: string[] = [];
  const count = random.chance(0.55) ? 1 : random.chance(0.6) ? 2 : 3 + Math.floor(random.next() * 3);
  for (let i = 0, tries = 0; i < count && tries < 40; tries++) {
    const path = random.chance(0.75) ? given : random.pick([...trees.keys()]);
    const tree = trees.get(path);
    const done = tree && pickChange(random)(tree, random);
    if (done === undefined) continue;
    changes.push(path === given ? done : `${path}: ${done}`);
    i++;
  }
  const files: Record<string, string> = {};
  for (const [path, tree] of trees) {
    files[path] = print(tree, layout(random));
    if (random.chance(0.05)) {
      const [title, edit] = random.pick(TEXT);
      files[path] = edit(files[path], random);
      changes.push(title);
    }
  }
  return { seed, files, given, changes };
}

const ALL = Object.values(change);
const TOTAL = ALL.reduce((sum, [weight]) => sum + weight, 0);

function pickChange(random: Random): Change {
  let left = random.next() * TOTAL;
  for (const [weight, each] of ALL) {
    left -= weight;
    if (left < 0) return each;
  }
  return () => undefined;
}

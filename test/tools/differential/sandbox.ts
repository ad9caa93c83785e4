// The surroundings of every generated definition: files and environment variables.

const CODE = `def get_model(**options):
    return options


def predict(**options):
    return []
`;

const UNIVERSAL = `models:
  - name: \${model.name}
    runtime:
      image: python:3.11-slim
      load:
        entrypoint: inference:get_model
        output:
          name: model
      predict:
        entrypoint: inference:predict
        inputs:
          - name: model
            value: \${model.runtime.load.output.model}
          - name: datapoints
            value: \${datapoints}
        output:
          name: predictions
`;

/** The files next to a definition, by path. */
export const FILES: ReadonlyMap<string, string> = new Map([
  ["inference.py", CODE],
  ["yolo-v5.py", CODE],
  ["2mod.py", CODE],
  ["object-detection/inference.py", CODE],
  ["pkg/__init__.py", CODE],
  ["pkg/sub.py", CODE],
  ["code.py", CODE],
  ["src/inference.py", CODE],
  ["src/efemarai.yaml", UNIVERSAL],
  ["w/p.pt", "p"],
  ["w/q.pt", "q"],
  ["w/größe.pt", "g"],
  ["data/cats/readme.txt", ""],
  [
    "data/annotations.json",
    JSON.stringify({ images: [{ id: 1, file_name: "a.png", width: 4, height: 4 }], annotations: [], categories: [] }),
  ],
]);

/** Variables that are set, with values that change how YAML reads the text around them. */
export const VARIABLES: Readonly<Record<string, string>> = {
  CI_SHA: "3f2a9d1c",
  TEAM: "roads",
  WDIR: "w",
  CODE_DIR: "src",
  ROOT: "data",
  BR: "main",
  TAG: "3.11-slim",
  N: "4",
  WIDTH: "640",
  FLAG: "true",
  OFF: "false",
  YES: "yes",
  NO: "no",
  V: "CO",
  FMT: "COCO",
  STAGE: "test",
  DEV: "gpu",
  X: "10",
  FILE_NAME: "params",
  BOX: "boxes",
  MODULE: "inference",
  FUNC: "get_model",
  READER: "reader",
  BUCKET: "bkt",
  EMPTY: "",
  OCTAL: "012",
  FLOAT: "1.0",
  DATE: "2024-01-31",
  SEXAGESIMAL: "1:30",
  NOTHING: "null",
  PAIR: "a: b",
  HASH: "x #y",
  APOSTROPHE: "it's",
  STAR: "*x",
  AT: "@x",
  LIST: "[1, 2]",
  PADDED: " padded ",
  LINES: "a\nb",
  DOLLAR: "$TEAM",
  BRACES: "${TEAM}",
  UNICODE: "größe",
  "MY-VAR": "hyphen",
  _UNDER: "under",
};

/** Variables that are not set. */
export const UNSET = ["NOPE", "_NOPE", "OLD"] as const;

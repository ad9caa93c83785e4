/** The parts in which examples differ; each consists of whole lines with their indentation. */
export interface ExampleParts {
  readonly model?: string;
  readonly runtime?: string;
  readonly entrypoint?: string;
  readonly load?: string;
  readonly predict?: string;
  /** The text of `inference.py`, if the example needs it. */
  readonly python?: string;
}

const PREDICT_INPUTS = `        inputs:
          - name: model
            value: \${model.runtime.load.output.network}
          - name: datapoints
            value: \${datapoints}
`;

/** A file with a URL, and the input of `load` that refers to it. */
export const PARAMS_FILE = `    files:
      - name: params
        url: https://example.com/params.pt
`;
export const PARAMS_INPUT = `        inputs:
          - name: params_url
            value: \${model.files.params.url}
`;

const PYTHON_FILE = "\n# inference.py\n";

/** A complete definition around the relevant part, so that an example has no other mistake. */
export function example({
  model = "",
  runtime = "",
  entrypoint = "inference:get_model",
  load = "",
  predict = PREDICT_INPUTS,
  python,
}: ExampleParts): string {
  return `models:
  - name: detector
${model}    runtime:
${runtime}      load:
        entrypoint: ${entrypoint}
${load}        output:
          name: network
      predict:
        entrypoint: inference:predict
${predict}        output:
          name: predictions
${python === undefined ? "" : `${PYTHON_FILE}${python}`}`;
}

/** The files of an example, the definition first: a line `# inference.py` or `# modelwright.lock` starts another file. */
export function exampleFiles(text: string, definition = "efemarai.yaml"): Readonly<Record<string, string>> {
  const [first = "", ...others] = text.split(/\n# (inference\.py|modelwright\.lock)\n/);
  const files: Record<string, string> = { [definition]: first };
  for (let at = 0; at < others.length; at += 2) files[others[at] ?? ""] = others[at + 1] ?? "";
  return files;
}

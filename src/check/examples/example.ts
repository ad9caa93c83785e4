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

/** The files of an example, the definition first: the text after the line `# inference.py` is Python. */
export function exampleFiles(text: string, definition = "efemarai.yaml"): Readonly<Record<string, string>> {
  const at = text.indexOf(PYTHON_FILE);
  if (at < 0) return { [definition]: text };
  return { [definition]: text.slice(0, at), "inference.py": text.slice(at + PYTHON_FILE.length) };
}

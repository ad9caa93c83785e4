/** The parts of an example in which it differs from others; each is whole lines, indented as they stand. */
export interface ExampleParts {
  readonly model?: string;
  readonly runtime?: string;
  readonly entrypoint?: string;
  readonly load?: string;
  readonly predict?: string;
  /** The text of `inference.py`, where that matters. */
  readonly python?: string;
}

const PREDICT_INPUTS = `        inputs:
          - name: model
            value: \${model.runtime.load.output.network}
          - name: datapoints
            value: \${datapoints}
`;

/** A file with an address, and the input of load that refers to it. */
export const PARAMS_FILE = `    files:
      - name: params
        url: https://example.com/params.pt
`;
export const PARAMS_INPUT = `        inputs:
          - name: params_url
            value: \${model.files.params.url}
`;

const PYTHON_FILE = "\n# inference.py\n";

/** A whole definition around the part that matters, so that an example has nothing else wrong with it. */
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

/** The files of an example, the definition first: what stands behind the line `# inference.py` is Python. */
export function exampleFiles(text: string, definition = "efemarai.yaml"): Readonly<Record<string, string>> {
  const at = text.indexOf(PYTHON_FILE);
  if (at < 0) return { [definition]: text };
  return { [definition]: text.slice(0, at), "inference.py": text.slice(at + PYTHON_FILE.length) };
}

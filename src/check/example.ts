/** The parts of an example in which it differs from others; each is whole lines, indented as they stand. */
export interface ExampleParts {
  readonly model?: string;
  readonly runtime?: string;
  readonly entrypoint?: string;
  readonly load?: string;
  readonly predict?: string;
}

const PREDICT_INPUTS = `        inputs:
          - name: model
            value: \${model.runtime.load.output.network}
          - name: datapoints
            value: \${datapoints}
`;

/** A whole definition around the part that matters, so that an example has nothing else wrong with it. */
export function example({
  model = "",
  runtime = "",
  entrypoint = "inference:get_model",
  load = "",
  predict = PREDICT_INPUTS,
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
`;
}

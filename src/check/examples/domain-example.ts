/** A complete domain around the relevant part: `ChooseImage`, then `Fog`, then `EvaluateSample`. */
export function domainExample({
  operator = "Fog",
  axes = "          - { name: density, type: float, range: [0, 0.8] }\n",
  from = "image",
  last = "EvaluateSample",
  more = "",
}: {
  readonly operator?: string;
  readonly axes?: string;
  readonly from?: string;
  readonly last?: string;
  readonly more?: string;
}): string {
  return `domains:
  - name: weather
    transformations:
      - name: image
        operator: ChooseImage
        outputs:
          - type: Image
            input_to: [{ transformation: fog, index: 0 }]
      - name: fog
        operator: ${operator}
        axes:
${axes}        inputs:
          - type: Image
            output_from: { transformation: ${from}, index: 0 }
        outputs:
          - type: Image
            input_to: [{ transformation: evaluate, index: 0 }]
${more}      - name: evaluate
        operator: ${last}
        inputs:
          - type: Image
            output_from: { transformation: fog, index: 0 }
`;
}

// The values of prediction keys that the definition format defines. The order of dimensions is the one that models
// return; `run` validates the values.

/** The TypeScript type of a prediction key, its JSON Schema and zod schema, and a note about it. */
export interface PredictionKey {
  readonly type: string;
  readonly schema: object;
  readonly zod: string;
  readonly note: string;
}

const listOf = (items: object, size = {}) => ({ type: "array", items, ...size });
const NUMBER = { type: "number" };

const NUMBERS = { type: "readonly number[]", schema: listOf(NUMBER), zod: "z.array(z.number())" };
const BOXES = {
  type: "readonly (readonly [number, number, number, number])[]",
  schema: listOf(listOf(NUMBER, { minItems: 4, maxItems: 4 })),
  zod: "z.array(z.tuple([z.number(), z.number(), z.number(), z.number()]))",
};
const CUBE = {
  type: "readonly (readonly (readonly number[])[])[]",
  schema: listOf(listOf(listOf(NUMBER))),
  zod: "z.array(z.array(z.array(z.number())))",
};
const UNKNOWN = { type: "unknown", schema: {}, zod: "z.unknown()" };

const KNOWN: ReadonlyMap<string, PredictionKey> = new Map([
  ["classes", { ...NUMBERS, note: "The index of each class." }],
  ["scores", { ...NUMBERS, note: "The score of each class." }],
  ["boxes", { ...BOXES, note: "Boxes as x1, y1, x2, y2: the top-left and bottom-right corners." }],
  ["bbox", { ...BOXES, note: "Boxes as x1, y1, x2, y2: the top-left and bottom-right corners." }],
  ["masks", { ...CUBE, note: "One two-dimensional mask per object, with values from 0 to 1." }],
  ["segmentation", { ...CUBE, note: "One two-dimensional layer of class indices." }],
  ["regressed_values", { ...NUMBERS, note: "The regressed values." }],
  ["image_output", { ...UNKNOWN, note: "An image, in the form that the model returns." }],
  ["keypoints", { ...UNKNOWN, note: "Keypoints, in the form that the model returns." }],
]);

/** The type of a key; `unknown` if the definition format does not define it. */
export function predictionKey(key: string): PredictionKey {
  return KNOWN.get(key) ?? { ...UNKNOWN, note: "The definition does not specify its type." };
}

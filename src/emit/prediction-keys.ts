// The values of prediction keys that the definition format defines. The order of dimensions is the one that models
// return; `run` validates the values.

/** The TypeScript type of a prediction key, and a note about it. */
export interface PredictionKey {
  readonly type: string;
  readonly note: string;
}

const NUMBERS = "readonly number[]";
const BOXES = "readonly (readonly [number, number, number, number])[]";
const CUBE = "readonly (readonly (readonly number[])[])[]";

const KNOWN: ReadonlyMap<string, PredictionKey> = new Map([
  ["classes", { type: NUMBERS, note: "The index of each class." }],
  ["scores", { type: NUMBERS, note: "The score of each class." }],
  ["boxes", { type: BOXES, note: "Boxes as x1, y1, x2, y2: the top-left and bottom-right corners." }],
  ["bbox", { type: BOXES, note: "Boxes as x1, y1, x2, y2: the top-left and bottom-right corners." }],
  ["masks", { type: CUBE, note: "One two-dimensional mask per object, with values from 0 to 1." }],
  ["segmentation", { type: CUBE, note: "One two-dimensional layer of class indices." }],
  ["regressed_values", { type: NUMBERS, note: "The regressed values." }],
  ["image_output", { type: "unknown", note: "An image, in the form that the model returns." }],
  ["keypoints", { type: "unknown", note: "Keypoints, in the form that the model returns." }],
]);

/** The type of a key; `unknown` if the definition format does not define it. */
export function predictionKey(key: string): PredictionKey {
  return KNOWN.get(key) ?? { type: "unknown", note: "The definition does not specify its type." };
}

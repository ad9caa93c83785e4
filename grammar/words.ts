// The fixed words of the format by key. Editors show the meaning next to each word.
export const MEANINGS = {
  problem_type: {
    Classification: "The class of an image: `classes` and `scores`.",
    ObjectDetection: "The objects in an image: `boxes`, `classes` and `scores`.",
    SemanticSegmentation: "The class of each pixel: `segmentation`.",
    InstanceSegmentation: "The outline of each object: `masks`, `boxes`, `classes` and `scores`.",
    ImageRegression: "Numbers for an image: `regressed_values`.",
    Keypoints: "Points in an image: `keypoints`.",
    OutputImage: "Another image: `image_output`.",
    Custom: "Any other output, with any prediction keys.",
  },
  format: {
    COCO: "A folder of images, and a JSON file with their annotations.",
    ImageRegression: "Images, each with numbers.",
    ImageNet: "A folder of images, sorted by class.",
    tfrecord: "TFRecord files, as TensorFlow writes them.",
    Custom: "Any other format.",
  },
  stage: {
    train: "To train a model.",
    validation: "To compare models during training.",
    test: "To evaluate a trained model.",
  },
  mask_generation: {
    Simple: "The simple method of the platform.",
    Advanced: "The advanced method of the platform.",
  },
  device: {
    cpu: "The CPU.",
    gpu: "A GPU. Python receives `cuda`.",
    cuda: "The same as `gpu`.",
  },
  replicas: {
    auto: "One for each GPU, or for each processor (at most 8).",
  },
  container: {
    always: "In a container of `image`, unless `--no-container` is used.",
    never: "With the Python of this machine, also if `--container` is used.",
  },
  network: {
    none: "The code cannot use the network.",
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A key whose values are fixed words. */
export type WordKey = keyof typeof MEANINGS;

/** The fixed words of a key, in the order in which they are listed. */
export function wordsFor(key: WordKey): readonly string[] {
  return Object.keys(MEANINGS[key]);
}

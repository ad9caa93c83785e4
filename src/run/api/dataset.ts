/** A dataset whose files are on this machine. */
export interface DatasetFiles {
  /** How the files describe datapoints. */
  readonly format: "COCO" | "ImageNet" | "ImageRegression" | "Custom";
  /** The absolute path of the folder with the images or other files, or of a file that lists the datapoints. */
  readonly data: string;
  /** The absolute path of the annotations: a COCO file, or a `.jsonl`, `.csv` or `.json` file with one object per datapoint. */
  readonly annotations?: string;
}

// Where things are in a file of COCO annotations (https://cocodataset.org/#format-data): its images, and which annotations
// each of them has. Only places are kept, a few numbers for each; the things themselves stay in the file.

import { ExactNumber, exactJson } from "../../base/exact-json.ts";
import { messageOf, problem, type Result, found as value } from "../../base/result.ts";
import { jsonPieces, pieceValue } from "./json-pieces.ts";
import { collectMistakes } from "./mistakes.ts";

/** The places of a file's contents, in bytes. */
export interface CocoIndex {
  readonly count: number;
  /** Of an image: where it is in the file. */
  readonly image: (position: number) => Span;
  /** Of an image: where its annotations are, in the order of the file. */
  readonly annotations: (position: number) => readonly Span[];
  /** The names of the categories that have one, by their ids. */
  readonly categories: ReadonlyMap<Id, string>;
  /** The path of the first image, as the file says it. */
  readonly firstFile: string;
}

/** A piece of a file. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

type Fields = Readonly<Record<string, unknown>>;
/** Of whole numbers beyond 2^53 all digits count. */
type Id = string | number | bigint;

/** Reads the whole file once; everything that is wrong with it is one message. */
export async function indexCoco(stream: AsyncIterable<Buffer | string>): Promise<Result<CocoIndex>> {
  const images = new Map<Id, number>();
  const imageSpans: number[] = [];
  const imageOf: Id[] = [];
  const annotationSpans: number[] = [];
  const annotationLines: number[] = [];
  const categories = new Map<Id, string>();
  const mistakes = collectMistakes();
  let firstFile: string | undefined;
  let hasImages = false;
  const note = (line: number, message: string): void => mistakes.add(`line ${line}: ${message}`);

  try {
    for await (const piece of jsonPieces(stream)) {
      const { key, line } = piece;
      if (key === "images") hasImages = true;
      if (key !== "images" && key !== "annotations" && key !== "categories") continue;
      const read = pieceValue(piece);
      if (read.kind === "broken") return problem(read.message);
      const fields = asFields(read.value);
      const add = key === "images" ? addImage : key === "annotations" ? addAnnotation : addCategory;
      const wrong = fields === undefined ? `an item of \`${key}\` is no map` : add(fields);
      if (wrong !== undefined) note(line, wrong);

      function addImage({ id: given, file_name: file }: Fields): string | undefined {
        const id = idOf(given);
        if (id === undefined) return "an image needs an `id`, a number or text";
        if (typeof file !== "string" || file === "") return "an image needs a `file_name`";
        if (images.has(id)) return `two images have the id ${exactJson(id)}`;
        firstFile ??= file;
        images.set(id, images.size);
        imageSpans.push(piece.offset, piece.bytes.length);
        return undefined;
      }

      function addAnnotation({ image_id: given, bbox }: Fields): string | undefined {
        const image = idOf(given);
        if (image === undefined) return "an annotation needs an `image_id`";
        const isBox = Array.isArray(bbox) && bbox.length === 4 && bbox.every(isNumber);
        if (bbox !== undefined && !isBox) return "a `bbox` is four numbers: x, y, width and height";
        imageOf.push(image);
        annotationSpans.push(piece.offset, piece.bytes.length);
        annotationLines.push(line);
        return undefined;
      }

      function addCategory({ id: given, name }: Fields): string | undefined {
        const id = isNumber(given) ? idOf(given) : undefined;
        if (id === undefined) return "a category needs an `id` that is a number";
        if (typeof name === "string") categories.set(id, name);
        return undefined;
      }
    }
  } catch (error) {
    return problem(messageOf(error));
  }
  if (!hasImages) return problem("it is neither a list of datapoints nor annotations of COCO: it has no `images`");

  // Annotations may stand before the images that they belong to.
  const owners = Int32Array.from(imageOf, (id) => images.get(id) ?? -1);
  const isSound = mistakes.isEmpty(); // else the images that are missing may be broken ones
  for (const [position, owner] of owners.entries()) {
    if (owner < 0 && isSound) {
      note(annotationLines[position] ?? 0, `there is no image with the id ${exactJson(imageOf[position])}`);
    }
  }
  const wrong = mistakes.text();
  if (wrong !== undefined) return problem(wrong);
  const grouped = group(owners, images.size);
  const spanAt = (numbers: readonly number[], position: number): Span => ({
    offset: numbers[2 * position] ?? 0,
    length: numbers[2 * position + 1] ?? 0,
  });
  return value({
    count: images.size,
    image: (position) => spanAt(imageSpans, position),
    annotations: (position) => Array.from(grouped(position), (each) => spanAt(annotationSpans, each)),
    categories,
    firstFile: firstFile ?? "",
  });
}

/** The positions of the annotations of each image: a counting sort. */
function group(owners: Int32Array, images: number): (image: number) => Int32Array {
  const starts = new Int32Array(images + 1);
  for (const owner of owners) starts[owner + 1] = (starts[owner + 1] ?? 0) + 1;
  for (let image = 0; image < images; image++) starts[image + 1] = (starts[image + 1] ?? 0) + (starts[image] ?? 0);
  const next = starts.slice();
  const sorted = new Int32Array(owners.length);
  owners.forEach((owner, annotation) => {
    const place = next[owner] ?? 0;
    sorted[place] = annotation;
    next[owner] = place + 1;
  });
  return (image) => sorted.subarray(starts[image], starts[image + 1]);
}

function asFields(item: unknown): Fields | undefined {
  return typeof item === "object" && item !== null && !Array.isArray(item) ? (item as Fields) : undefined;
}

/** By what an id is looked up; `1.0` and `1` are the same number. */
export function idOf(id: unknown): Id | undefined {
  if (typeof id === "number" || typeof id === "string") return id;
  if (!(id instanceof ExactNumber)) return undefined;
  return /^-?\d+$/.test(id.text) ? BigInt(id.text) : Number(id.text);
}

function isNumber(value: unknown): value is number | ExactNumber {
  return typeof value === "number" || value instanceof ExactNumber;
}

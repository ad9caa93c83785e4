// The index of a COCO annotation file (https://cocodataset.org/#format-data): the positions of its images and of their
// annotations. Only positions are kept in memory, a few numbers for each; the contents stay in the file.

import { ExactNumber, exactJson } from "../../base/exact-json.ts";
import { messageOf, problem, type Result, found as value } from "../../base/result.ts";
import { jsonPieces, pieceValue } from "./json-pieces.ts";
import { collectMistakes } from "./mistakes.ts";

/** The positions of the contents of a file, in bytes. */
export interface CocoIndex {
  readonly count: number;
  /** The position of an image. */
  readonly image: (position: number) => Span;
  /** The positions of the annotations of an image, in the order of the file. */
  readonly annotations: (position: number) => readonly Span[];
  /** The names of the categories, by id. */
  readonly categories: ReadonlyMap<Id, string>;
  /** The `file_name` of the first image. */
  readonly firstFile: string;
}

/** A part of a file, in bytes. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

type Fields = Readonly<Record<string, unknown>>;
/** A whole number beyond 2^53 is a bigint, so that all digits are compared. */
type Id = string | number | bigint;

/** Reads the whole file once. All problems are reported in one message. */
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
      const wrong = fields === undefined ? `an item of \`${key}\` is not an object` : add(fields);
      if (wrong !== undefined) note(line, wrong);

      function addImage({ id: given, file_name: file }: Fields): string | undefined {
        const id = idOf(given);
        if (id === undefined) return "an image must have an `id` that is a number or text";
        if (typeof file !== "string" || file === "") return "an image must have a `file_name`";
        if (images.has(id)) return `the id ${exactJson(id)} is used by two images`;
        firstFile ??= file;
        images.set(id, images.size);
        imageSpans.push(piece.offset, piece.bytes.length);
        return undefined;
      }

      function addAnnotation({ image_id: given, bbox }: Fields): string | undefined {
        const image = idOf(given);
        if (image === undefined) return "an annotation must have an `image_id`";
        const isBox = Array.isArray(bbox) && bbox.length === 4 && bbox.every(isNumber);
        if (bbox !== undefined && !isBox) return "a `bbox` must be a list of four numbers: x, y, width and height";
        imageOf.push(image);
        annotationSpans.push(piece.offset, piece.bytes.length);
        annotationLines.push(line);
        return undefined;
      }

      function addCategory({ id: given, name }: Fields): string | undefined {
        const id = isNumber(given) ? idOf(given) : undefined;
        if (id === undefined) return "a category must have an `id` that is a number";
        if (typeof name === "string") categories.set(id, name);
        return undefined;
      }
    }
  } catch (error) {
    return problem(messageOf(error));
  }
  if (!hasImages) return problem("it is neither a list of datapoints nor a COCO annotation file: it has no `images`");

  // Annotations may come before their images.
  const owners = Int32Array.from(imageOf, (id) => images.get(id) ?? -1);
  const isSound = mistakes.isEmpty(); // otherwise a missing image may be an invalid one
  for (const [position, owner] of owners.entries()) {
    if (owner < 0 && isSound) {
      note(
        annotationLines[position] ?? 0,
        `the \`image_id\` ${exactJson(imageOf[position])} is not the id of an image`,
      );
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

/** Groups annotations by image, with a counting sort. */
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

/** Normalizes an id for comparison: `1.0` and `1` are the same number. */
export function idOf(id: unknown): Id | undefined {
  if (typeof id === "number" || typeof id === "string") return id;
  if (!(id instanceof ExactNumber)) return undefined;
  return /^-?\d+$/.test(id.text) ? BigInt(id.text) : Number(id.text);
}

function isNumber(value: unknown): value is number | ExactNumber {
  return typeof value === "number" || value instanceof ExactNumber;
}

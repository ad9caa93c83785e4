// Reads a COCO annotation file: one datapoint per image, in the order of the file.
import { type FileHandle, open, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { ExactNumber, parseExactJson } from "../../base/exact-json.ts";
import { found, problem, type Result } from "../../base/result.ts";
import { type CocoIndex, idOf, indexCoco, type Span } from "./coco-index.ts";
import { broken, type Entry } from "./entry.ts";
import { fileStream } from "./json.ts";

/** The datapoints of a COCO file, and their image folder, which `images` names. By default, usual folders are searched. */
export async function cocoInput(
  path: string,
  images: string | undefined,
): Promise<Result<{ readonly folder: string; readonly open: (signal: AbortSignal) => AsyncIterable<Entry> }>> {
  const indexed = await indexCoco(fileStream(path));
  if (indexed.kind === "problem") return indexed;
  const index = indexed.value;
  const folder = await findImages(path, images, index.firstFile);
  if (folder.kind === "problem") return folder;
  return found({ folder: folder.value, open: (signal) => datapoints(path, folder.value, index, signal) });
}

/** Searches the folder of the annotations and usual layouts, such as `val2017/` for `annotations/instances_val2017.json`. */
async function findImages(path: string, images: string | undefined, first: string): Promise<Result<string>> {
  const here = dirname(path);
  const split = /_([^_.]+)\.[^.]*$/.exec(basename(path))?.[1];
  const names = ["", "images", ...(split === undefined ? [] : [split, join("images", split)])];
  const usual = [here, dirname(here)].flatMap((folder) => names.map((name) => join(folder, name)));
  const folders = images === undefined ? usual : [resolve(images)];
  for (const folder of folders) {
    const entry = await stat(resolve(folder, first)).catch(() => undefined);
    if (first === "" || entry?.isFile()) return found(folder);
  }
  const shown = `the image \`${first.slice(0, 200)}\``;
  if (images !== undefined) return problem(`${shown} does not exist in \`${images}\``);
  const tried = folders.map((folder) => `\`${relative(here, folder) || "."}\``).join(", ");
  return problem(
    `${shown} does not exist in any of these folders, relative to the file: ${tried}; set the image folder with \`--images\``,
  );
}

async function* datapoints(path: string, folder: string, index: CocoIndex, signal: AbortSignal): AsyncGenerator<Entry> {
  const file = await open(path);
  try {
    for (let position = 0; position < index.count && !signal.aborted; position++) {
      yield await datapoint(file, folder, index, position);
    }
  } finally {
    await file.close();
  }
}

async function datapoint(file: FileHandle, folder: string, index: CocoIndex, position: number): Promise<Entry> {
  try {
    const { file_name, id, ...image } = await readAt(file, index.image(position));
    const name = String(file_name);
    const annotations = await Promise.all(index.annotations(position).map((span) => readAt(file, span)));
    const inputs = {
      ...image,
      image: resolve(folder, name),
      image_id: id,
      ...boxesAndClasses(annotations),
      annotations: annotations.map((each) => withCategory(each, index.categories)),
    };
    return { kind: "datapoint", index: position, id: name, datapoint: { inputs } };
  } catch {
    return broken(position, "the file has changed since the run started");
  }
}

async function readAt(file: FileHandle, { offset, length }: Span): Promise<Readonly<Record<string, unknown>>> {
  const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, offset);
  return parseExactJson(buffer.toString("utf8", 0, bytesRead)) as Readonly<Record<string, unknown>>;
}

/** The boxes and classes in the format of predictions: two corners, and the id of the category. */
function boxesAndClasses(annotations: readonly Readonly<Record<string, unknown>>[]): Readonly<Record<string, unknown>> {
  const boxed = annotations.filter(({ bbox }) => Array.isArray(bbox));
  const boxes = boxed.map(({ bbox }) => {
    const [x = 0, y = 0, width = 0, height = 0] = bbox as (number | ExactNumber)[];
    return [x, y, sum(x, width), sum(y, height)];
  });
  return { boxes, classes: boxed.map(({ category_id }) => category_id ?? null) };
}

/** Adds like Python: a sum of integers is exact, and a sum with a float is a float. */
function sum(a: number | ExactNumber, b: number | ExactNumber): number | bigint | ExactNumber {
  if (typeof a === "number" && typeof b === "number") {
    const isWhole = Number.isInteger(a) && Number.isInteger(b);
    if (isWhole ? Number.isSafeInteger(a + b) : !Number.isInteger(a + b)) return a + b;
  }
  const texts = [a, b].map((each) => (typeof each === "number" ? String(each) : each.text));
  if (texts.every((text) => /^-?\d+$/.test(text))) return texts.reduce((total, text) => total + BigInt(text), 0n);
  const total = texts.reduce((total, text) => total + Number(text), 0);
  return Number.isInteger(total) ? new ExactNumber(total.toExponential()) : total;
}

/** An annotation of the file, with the name of its category. */
function withCategory(
  annotation: Readonly<Record<string, unknown>>,
  categories: CocoIndex["categories"],
): Readonly<Record<string, unknown>> {
  const id = idOf(annotation["category_id"]);
  const name = id === undefined ? undefined : categories.get(typeof id === "string" ? Number(id) : id);
  return name === undefined ? annotation : { ...annotation, category: name };
}

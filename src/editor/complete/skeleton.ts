// The text of a new key, map or item with everything that it requires.
import { type MapShape, type Shape, unwrapOptional } from "../../../grammar/shape.ts";
import { HOLE, indented, itemOf, type Layout, type Line, type Piece } from "./layout.ts";

/** Optional keys that nearly every definition has. */
const USUAL: ReadonlySet<string> = new Set([
  "project",
  "models",
  "models[].files",
  "models[].runtime",
  "models[].runtime.load.inputs",
  "models[].runtime.predict.inputs",
]);

/** The keys of a new map: the required ones and the usual ones. */
export function newMap(shape: MapShape, pattern: string, layout: Layout): readonly Line[] {
  return Object.entries(shape.fields).flatMap(([key, field]) => {
    const below = pattern === "" ? key : `${pattern}.${key}`;
    return field.kind !== "optional" || USUAL.has(below) ? newEntry(key, field, below, layout) : [];
  });
}

/** A key with what it must contain. */
export function newEntry(key: string, field: Shape, pattern: string, layout: Layout): readonly Line[] {
  const bare = unwrapOptional(field);
  const [map] = mapsIn(bare);
  if (bare.kind === "list" && bare.length !== undefined) return [line(`${key}: [`, HOLE, ", ", HOLE, "]")];
  if (bare.kind === "list") {
    const item = itemOf(newItem(bare.item, `${pattern}[]`, layout));
    return [line(`${key}:`), ...indented(item, layout.dash)];
  }
  if (map === undefined) return [line(`${key}: `, wordsFor(bare))];
  const entries = newMap(map, pattern, layout);
  return [line(`${key}:`), ...indented(entries.length === 0 ? [line(HOLE)] : entries, layout.step)];
}

/** A new item of a list, without its dash. */
export function newItem(shape: Shape, pattern: string, layout: Layout): readonly Line[] {
  const bare = unwrapOptional(shape);
  const [map] = mapsIn(bare).slice(-1);
  return map === undefined ? [line(wordsFor(bare))] : newMap(map, pattern, layout);
}

/** A new item in brackets. */
export function newFlowItem(shape: Shape): readonly Line[] {
  const bare = unwrapOptional(shape);
  const [map] = mapsIn(bare).slice(-1);
  if (map === undefined) return [line(wordsFor(bare))];
  return [line("{ ", ...newFlowEntries(map), " }")];
}

function newFlowEntries(map: MapShape): readonly Piece[] {
  const entries = Object.entries(map.fields).filter(([, field]) => field.kind !== "optional");
  return entries.flatMap(([key, field], i) => {
    const bare = unwrapOptional(field);
    const [inner] = mapsIn(bare);
    const value: readonly Piece[] =
      inner !== undefined
        ? ["{ ", ...newFlowEntries(inner), " }"]
        : bare.kind === "list"
          ? ["[", HOLE, "]"]
          : [wordsFor(bare)];
    return [i === 0 ? `${key}: ` : `, ${key}: `, ...value];
  });
}

/** The maps that a shape allows. */
export function mapsIn(shape: Shape): readonly MapShape[] {
  const bare = unwrapOptional(shape);
  if (bare.kind === "choice") return bare.options.flatMap(mapsIn);
  return bare.kind === "map" ? [bare] : [];
}

/** Whether a shape is a value without keys or items below it. */
export function isScalar(shape: Shape): boolean {
  return unwrapOptional(shape).kind !== "list" && mapsIn(shape).length === 0;
}

/** The fixed words that a shape allows. */
export function wordsOf(shape: Shape): readonly string[] {
  const bare = unwrapOptional(shape);
  if (bare.kind === "choice") return bare.options.flatMap(wordsOf);
  if (bare.kind === "boolean") return ["true", "false"];
  return bare.kind === "words" ? bare.words : [];
}

function wordsFor(shape: Shape): Piece {
  return { words: wordsOf(shape) };
}

function line(...pieces: readonly Piece[]): Line {
  return { indent: 0, pieces };
}

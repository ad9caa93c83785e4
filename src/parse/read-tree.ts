import type { Source } from "../base/source.ts";
import { type ComposedTree, composeDocument, type Judge } from "./compose.ts";
import type { Items, ReadItem } from "./items.ts";
import { readRegular } from "./regular.ts";

/** The items of the last text of a file, by their own text. It is kept until the file is read again. */
export interface TreeMemory {
  known: ReadonlyMap<string, ReadItem>;
}

/** Reads the first document of a file. With a memory, items that it knows are not read again; the result is the same. */
export function readTree(source: Source, judge: Judge, memory?: TreeMemory): ComposedTree {
  const items: Items = { known: memory?.known ?? new Map(), read: new Map() };
  const regular = readRegular(source, memory && items);
  const tree = regular === undefined ? composeDocument(source, judge, items) : { ...regular, problems: [] };
  if (memory !== undefined) memory.known = items.read;
  return tree;
}

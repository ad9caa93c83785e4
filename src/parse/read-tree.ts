import type { Source } from "../base/source.ts";
import { type ComposedTree, composeDocument, type Judge } from "./compose.ts";
import type { Items, ReadItem } from "./items.ts";
import { readRegular } from "./regular.ts";

/** What is kept of a file between two times of reading it: the items of its last text, by their own text. */
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

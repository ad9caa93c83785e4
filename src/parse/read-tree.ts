import type { Source } from "../base/source.ts";
import { type ComposedTree, composeDocument } from "./compose.ts";
import type { Items, ReadItem } from "./items.ts";
import { readRegular } from "./regular.ts";

/** What is kept of a file between two times of reading it: the items of its last text, by their own text. */
export interface TreeMemory {
  known: ReadonlyMap<string, ReadItem>;
}

/**
 * Reads the first document of a file. `countProblems` returns the number of problems in a tree. With a memory, items that
 * it knows are not read again; the result is the same.
 */
export function readTree(
  source: Source,
  countProblems: (tree: ComposedTree) => number,
  memory?: TreeMemory,
): ComposedTree {
  const items: Items | undefined = memory && { known: memory.known, read: new Map() };
  const regular = readRegular(source, items);
  const tree = regular === undefined ? composeDocument(source, countProblems) : { ...regular, problems: [] };
  if (memory !== undefined && items !== undefined) memory.known = items.read;
  return tree;
}

import type { Source } from "../base/source.ts";
import { type ComposedTree, composeDocument } from "./compose.ts";
import { readRegular } from "./regular.ts";

/** Reads the first document of a file. `countProblems` returns the number of problems in a tree. */
export function readTree(source: Source, countProblems: (tree: ComposedTree) => number): ComposedTree {
  const regular = readRegular(source);
  if (regular !== undefined) return { ...regular, problems: [] };
  return composeDocument(source, countProblems);
}

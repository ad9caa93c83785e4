import type { Source } from "../base/source.ts";
import { type ParsedDefinition, parse } from "./parse.ts";
import type { TreeMemory } from "./read-tree.ts";

/** Parses the same files again and again, as an editor does. Its memory does not grow with the number of calls. */
export interface Reader {
  /**
   * Returns what `parse` returns. If neither path nor text have changed, it is the same object as before; otherwise only the
   * changed items of the file are read.
   */
  readonly parse: (source: Source) => ParsedDefinition;
  /** Forgets the files that were not parsed since the last call. */
  readonly forgetOthers: () => void;
}

/** A reader that knows no files yet. */
export function definitionReader(): Reader {
  let earlier = new Map<string, ReadFile>();
  let current = new Map<string, ReadFile>();
  return {
    parse: (source) => {
      const known = current.get(source.path) ?? earlier.get(source.path);
      const memory = known?.memory ?? { known: new Map() };
      const isSame = known !== undefined && known.definition.source.text === source.text;
      const definition = isSame ? known.definition : parse(source, memory);
      current.set(source.path, { definition, memory });
      return definition;
    },
    forgetOthers: () => {
      [earlier, current] = [current, new Map()];
    },
  };
}

interface ReadFile {
  readonly definition: ParsedDefinition;
  readonly memory: TreeMemory;
}

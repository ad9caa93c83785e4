import type { Binding, Decorator, Definition, Reach } from "../module.ts";
import type { PythonText } from "../text/text.ts";
import type { ExportsDraft } from "./exports.ts";

/** The state while the lines of a module are read in order. */
export interface Scan {
  readonly from: PythonText;
  /** The bindings of the module. */
  readonly bindings: Binding[];
  /** The open blocks, outermost first; the module itself is always open. */
  readonly blocks: Block[];
  /** The previous block with the same indentation, to which an `else` belongs. */
  previous: Block | undefined;
  /** Decorators that precede the next definition. */
  decorators: Decorator[];
  exports: ExportsDraft;
}

/** A header and the more deeply indented lines below it. */
export interface Block {
  readonly indent: number;
  readonly scope: BlockScope;
  readonly reach: Reach;
  /** When the `else` branch of this block runs. */
  readonly otherwise: Reach;
}

/** What names in a block belong to. For a function, only nested definitions are kept. */
export type BlockScope = (
  | { readonly kind: "module" | "class"; readonly bindings: Binding[] }
  | { readonly kind: "function"; readonly bindings: Definition[] }
) & { readonly owner: Documented; isFresh: boolean };

/** A definition whose first statement may be its docstring; `isFresh` until the first statement was read. */
export interface Documented {
  docstring: string | undefined;
}

/** Closes all blocks to which a line with this indentation does not belong. Returns the innermost remaining one. */
export function innermost(scan: Scan, root: Block, indent: number): Block {
  scan.previous = undefined;
  for (let last = scan.blocks.at(-1); last !== undefined && last.indent >= indent; last = scan.blocks.at(-1)) {
    scan.previous = last.indent === indent ? last : undefined;
    scan.blocks.pop();
  }
  return scan.blocks.at(-1) ?? root;
}

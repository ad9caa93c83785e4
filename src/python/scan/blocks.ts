import type { Binding, Decorator, Definition, Reach } from "../module.ts";
import type { PythonText } from "../text/text.ts";
import type { ExportsDraft } from "./exports.ts";

/** What is known while the lines of a module are read one after the other. */
export interface Scan {
  readonly from: PythonText;
  /** Those of the module. */
  readonly bindings: Binding[];
  /** What is open, outermost first; the module itself is never left. */
  readonly blocks: Block[];
  /** The block before this line with the same indentation: what `else` belongs to. */
  left: Block | undefined;
  /** Decorators that still wait for their definition. */
  decorators: Decorator[];
  exports: ExportsDraft;
}

/** A header with lines below it that stand further in. */
export interface Block {
  readonly indent: number;
  readonly scope: BlockScope;
  readonly reach: Reach;
  /** When the `else` of this block is reached. */
  readonly otherwise: Reach;
}

/** What names belong to. Of a function only what it defines is kept. */
export type BlockScope = (
  | { readonly kind: "module" | "class"; readonly bindings: Binding[] }
  | { readonly kind: "function"; readonly bindings: Definition[] }
) & { readonly owner: Documented; isFresh: boolean };

/** Something whose first statement may be its docstring; `isFresh` says that no statement was read yet. */
export interface Documented {
  docstring: string | undefined;
}

/** Leaves every block that a line with this indentation is not in, and gives the innermost of the others. */
export function innermost(scan: Scan, root: Block, indent: number): Block {
  scan.left = undefined;
  for (let last = scan.blocks.at(-1); last !== undefined && last.indent >= indent; last = scan.blocks.at(-1)) {
    scan.left = last.indent === indent ? last : undefined;
    scan.blocks.pop();
  }
  return scan.blocks.at(-1) ?? root;
}

import type { Path, ScalarNode } from "../parse/tree.ts";

/** Whether a number can be written into a plan, which is JSON, so that every reader finds the same number. */
export function isExactNumber({ value, text }: ScalarNode): boolean {
  return Number.isSafeInteger(value) || (Number.isFinite(value) && !/^[-+]?(?:\d+|0[xo][\da-fA-F]+)$/.test(text));
}

/** Whether a path leads into the value of an input, which a plan has to carry. */
export function isInInput(path: Path | undefined): boolean {
  for (let at = path; at !== undefined; at = at.parent) {
    const list = at.key === "value" ? at.parent?.parent : undefined;
    if (list?.key === "inputs" && (list.parent?.key === "load" || list.parent?.key === "predict")) return true;
  }
  return false;
}

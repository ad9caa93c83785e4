import type { Span } from "../../base/source.ts";
import type { PythonModule } from "../module.ts";
import { syntaxMistakeOf } from "./check-syntax.ts";

/** Where a module is broken: what was read of it is not all that it says, and what is missing in it may yet be there. */
export function brokenAt(module: PythonModule): Span | undefined {
  const [damage] = module.damage;
  if (damage !== undefined) return damage;
  const mistake = syntaxMistakeOf(module);
  return mistake && { source: module.source, start: mistake.start, end: mistake.end };
}

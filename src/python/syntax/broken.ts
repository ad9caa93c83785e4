import type { Span } from "../../base/source.ts";
import type { PythonModule } from "../module.ts";
import { syntaxMistakeOf } from "./check-syntax.ts";

/** The span at which a module is syntactically broken. Such a module may define more names than were found. */
export function brokenAt(module: PythonModule): Span | undefined {
  const [damage] = module.damage;
  if (damage !== undefined) return damage;
  const mistake = syntaxMistakeOf(module);
  return mistake && { source: module.source, start: mistake.start, end: mistake.end };
}

import { MODULE_PART } from "../base/module-name.ts";

/** A Python function: its dotted module and its name. */
export interface Entrypoint {
  readonly module: string;
  readonly function: string;
}

const pattern = (part: string, name: string, flags: string) =>
  new RegExp(`^(?<module>${part}(?:\\.${part})*):(?<function>${name})$`, flags);

/**
 * Nearly all entry points are ASCII, and patterns with Unicode classes are slow. `importlib` imports a module by any file name,
 * but the name of a function must be a Python identifier.
 */
const PLAIN = pattern("\\w[\\w-]*", "[A-Za-z_]\\w*", "");
const ENTRYPOINT = pattern(MODULE_PART, "[\\p{L}_][\\p{L}\\p{M}\\p{N}_]*", "u");

/** Parses `module.sub:function`; `undefined` for any other text. */
export function parseEntrypoint(text: string): Entrypoint | undefined {
  const groups = (PLAIN.exec(text) ?? ENTRYPOINT.exec(text))?.groups;
  const module = groups?.["module"];
  const name = groups?.["function"];
  // `inference.py:predict` names the file instead of the module.
  if (module === undefined || name === undefined || module.endsWith(".py")) return undefined;
  return { module, function: name };
}

import { MODULE_PART } from "../base/module-name.ts";

/** A Python function by its dotted module and its name. */
export interface Entrypoint {
  readonly module: string;
  readonly function: string;
}

const pattern = (part: string, name: string, flags: string) =>
  new RegExp(`^(?<module>${part}(?:\\.${part})*):(?<function>${name})$`, flags);

/**
 * Nearly all of them are ASCII, and the engine takes its time with the letters of all languages. A module is found by
 * `importlib`, which takes any name of a file; a function has a name of Python.
 */
const PLAIN = pattern("\\w[\\w-]*", "[A-Za-z_]\\w*", "");
const ENTRYPOINT = pattern(MODULE_PART, "[\\p{L}_][\\p{L}\\p{M}\\p{N}_]*", "u");

/** Takes `module.sub:function` apart; `undefined` when it is written in any other way. */
export function parseEntrypoint(text: string): Entrypoint | undefined {
  const groups = (PLAIN.exec(text) ?? ENTRYPOINT.exec(text))?.groups;
  const module = groups?.["module"];
  const name = groups?.["function"];
  // `inference.py:predict` is the file's name, not the module's.
  if (module === undefined || name === undefined || module.endsWith(".py")) return undefined;
  return { module, function: name };
}

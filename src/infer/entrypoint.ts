/** A Python function by its dotted module and its name. */
export interface Entrypoint {
  readonly module: string;
  readonly function: string;
}

const NAME = String.raw`[\p{L}_][\p{L}\p{M}\p{N}_]*`;
const ENTRYPOINT = new RegExp(`^(?<module>${NAME}(?:\\.${NAME})*):(?<function>${NAME})$`, "u");

/** Takes `module.sub:function` apart; `undefined` when it is written in any other way. */
export function parseEntrypoint(text: string): Entrypoint | undefined {
  const groups = ENTRYPOINT.exec(text)?.groups;
  const module = groups?.["module"];
  const name = groups?.["function"];
  // `inference.py:predict` is the file's name, not the module's.
  if (module === undefined || name === undefined || module.endsWith(".py")) return undefined;
  return { module, function: name };
}

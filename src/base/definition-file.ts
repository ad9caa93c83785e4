import { baseName } from "./path.ts";

/**
 * `efemarai.yaml` is always a definition. Other tools use the other names, too, so those files only count if they
 * contain `models`.
 */
export const DEFINITION_NAMES = ["efemarai.yaml", "efemarai.yml", "model.yaml", "models.yaml"] as const;

/** Whether a file is a definition, by its name; if other tools use that name, too, also by its text. */
export function isDefinitionText(path: string, textOf: () => string | undefined): boolean {
  const name = baseName(path);
  if (name === DEFINITION_NAMES[0]) return true;
  return DEFINITION_NAMES.some((each) => each === name) && /^models[ \t]*:/m.test(textOf() ?? "");
}

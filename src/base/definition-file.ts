import { baseName } from "./path.ts";

/**
 * `efemarai.yaml` is always a definition. Other tools also use the other names, so those files are definitions only if they
 * contain `models`.
 */
export const DEFINITION_NAMES = ["efemarai.yaml", "efemarai.yml", "model.yaml", "models.yaml"] as const;

/** Whether a file is a definition: by its name, and also by its text if other tools use that name. */
export function isDefinitionText(path: string, textOf: () => string | undefined): boolean {
  const name = baseName(path);
  if (name === DEFINITION_NAMES[0]) return true;
  return DEFINITION_NAMES.some((each) => each === name) && /^models[ \t]*:/m.test(textOf() ?? "");
}

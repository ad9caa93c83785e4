// The names of Python modules that `importlib.import_module` accepts. These are file names and need not be Python
// identifiers.

/** A pattern for one component of a module name, between its dots; needs the flag `u`. */
export const MODULE_PART = "[\\p{L}\\p{N}_][\\p{L}\\p{M}\\p{N}_-]*";

const PART = new RegExp(`^${MODULE_PART}$`, "u");

/** Whether a text is one component of a module name: `yolo-v5`, `2mod`. */
export function isModulePart(text: string): boolean {
  return PART.test(text);
}

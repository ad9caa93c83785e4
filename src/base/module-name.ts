// The names of Python modules, as `importlib.import_module` takes them: those of files, which need not be names of Python.

/** A pattern for one part of a module's name, between its dots; needs the flag `u`. */
export const MODULE_PART = "[\\p{L}\\p{N}_][\\p{L}\\p{M}\\p{N}_-]*";

const PART = new RegExp(`^${MODULE_PART}$`, "u");

/** Whether a text is one part of a module's name: `yolo-v5`, `2mod`. */
export function isModulePart(text: string): boolean {
  return PART.test(text);
}

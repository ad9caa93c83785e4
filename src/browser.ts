// The public API of `modelwright/browser`, for web pages and workers: everything that `modelwright` exports except the zod schema of
// plans, and a generator of bindings as text. Imports neither zod nor Node.js modules.
export * from "./core.ts";
export type { FileName, Target } from "./emit/files.ts";
export { emitText, type GeneratedFile } from "./emit/generate.ts";
export type { EmitOptions } from "./emit/header.ts";

// The public API of `modelwright/browser`, for pages and web workers: everything of `modelwright` except the zod schema of
// plans, and the text of bindings. Imports neither zod nor anything of Node.
export * from "./core.ts";
export type { FileName, Target } from "./emit/files.ts";
export { emitText, type GeneratedFile } from "./emit/generate.ts";
export type { EmitOptions } from "./emit/header.ts";

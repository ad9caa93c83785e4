// The public API of `modelwright/emit`, for build scripts. Needs Node.
export type { Diagnostic } from "./base/diagnostic.ts";
export type { Host } from "./base/host.ts";
export { type BuildOptions, type BuildResult, build, type PublishResult, type StaleFile } from "./build.ts";
export { type Compilation, type CompileOptions, compile } from "./compile.ts";
export { nodeHost } from "./disk/host.ts";
export type { Collision } from "./emit/collisions.ts";
export {
  type EmitOptions,
  type Emitter,
  emit,
  type FileName,
  type GeneratedFile,
  morphEmitter,
  type Target,
  textEmitter,
} from "./emit/emit.ts";

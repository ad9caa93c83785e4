// `modelwright/plugin`: definitions as modules of a program. Takes `import * as models from "./efemarai.yaml"`, gives the same
// exports as the generated bindings; what is wrong with the definition is an error of the build, at its place.
// unplugin makes one plugin for each build tool. Its own types need the types of all these tools, so it is loaded untyped,
// and what this module declares fits each tool by its form.
import { createRequire } from "node:module";
import { adapter } from "./adapter.ts";
import type { PluginOptions } from "./options.ts";

export type { PluginOptions };

/** A plugin for Vite, rollup or rolldown. */
export type NamedPlugin = { readonly name: string };

/** A plugin for esbuild. */
export type EsbuildPlugin = {
  readonly name: string;
  readonly setup: (build: { readonly initialOptions: object }) => Promise<void>;
};

/** A plugin for webpack. */
export type WebpackPlugin = { readonly apply: (compiler: { readonly options: object }) => void };

/** One function for each build tool. */
export interface Plugins {
  readonly vite: (options?: PluginOptions) => NamedPlugin;
  readonly rollup: (options?: PluginOptions) => NamedPlugin;
  readonly rolldown: (options?: PluginOptions) => NamedPlugin;
  readonly esbuild: (options?: PluginOptions) => EsbuildPlugin;
  readonly webpack: (options?: PluginOptions) => WebpackPlugin;
}

const require = createRequire(import.meta.url);
const { createUnplugin } = require("unplugin") as { createUnplugin(factory: typeof adapter): Plugins };
const { vite, rollup, rolldown, esbuild, webpack } = createUnplugin(adapter);

/** Makes the plugin for a build tool: `modelwright.vite()`, say. */
const modelwright: Plugins = { vite, rollup, rolldown, esbuild, webpack };

// biome-ignore lint/style/noDefaultExport: build tools are set up with plugins that are default exports
export default modelwright;

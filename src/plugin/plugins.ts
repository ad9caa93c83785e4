// Structural types of the plugins. Importing the tools' own types would make the tools dependencies.
import type { PluginOptions } from "./options.ts";

/** A plugin for Vite, rollup or rolldown. */
export type NamedPlugin = { readonly name: string };

/** A plugin for esbuild. */
export type EsbuildPlugin = {
  readonly name: string;
  readonly setup: (build: { readonly initialOptions: object }) => Promise<void>;
};

/** A plugin for webpack. */
export type WebpackPlugin = { readonly apply: (compiler: { readonly options: object }) => void };

/** The plugin for each build tool. */
export interface Plugins {
  readonly vite: (options?: PluginOptions) => NamedPlugin;
  readonly rollup: (options?: PluginOptions) => NamedPlugin;
  readonly rolldown: (options?: PluginOptions) => NamedPlugin;
  readonly esbuild: (options?: PluginOptions) => EsbuildPlugin;
  readonly webpack: (options?: PluginOptions) => WebpackPlugin;
}

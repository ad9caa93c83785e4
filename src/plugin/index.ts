// `modelwright/plugin`: definitions as modules of a program. Takes `import * as models from "./efemarai.yaml"`, gives the same
// exports as the generated bindings; what is wrong with the definition is an error of the build, at its place.
// unplugin makes one plugin for each build tool; what this module declares fits each tool by its form.
import { createUnplugin } from "#unplugin";
import { adapter } from "./adapter.ts";
import type { PluginOptions } from "./options.ts";
import type { EsbuildPlugin, NamedPlugin, Plugins, WebpackPlugin } from "./plugins.ts";

export type { EsbuildPlugin, NamedPlugin, PluginOptions, Plugins, WebpackPlugin };

const { vite, rollup, rolldown, esbuild, webpack } = createUnplugin(adapter);

/** Makes the plugin for a build tool: `modelwright.vite()`, say. */
const modelwright: Plugins = { vite, rollup, rolldown, esbuild, webpack };

// biome-ignore lint/style/noDefaultExport: build tools are set up with plugins that are default exports
export default modelwright;

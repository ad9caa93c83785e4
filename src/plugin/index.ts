// `modelwright/plugin`: definitions as modules. `import * as models from "./efemarai.yaml"` provides the same exports
// as the generated bindings; findings of the definition are build errors with locations. unplugin creates one plugin
// per build tool. The types declared here are structurally compatible with those of each tool.
import { createUnplugin } from "#unplugin";
import { adapter } from "./adapter.ts";
import type { PluginOptions } from "./options.ts";
import type { EsbuildPlugin, NamedPlugin, Plugins, WebpackPlugin } from "./plugins.ts";

export type { EsbuildPlugin, NamedPlugin, PluginOptions, Plugins, WebpackPlugin };

const { vite, rollup, rolldown, esbuild, webpack } = createUnplugin(adapter);

/** Creates the plugin for a build tool, for example `modelwright.vite()`. */
const modelwright: Plugins = { vite, rollup, rolldown, esbuild, webpack };

// biome-ignore lint/style/noDefaultExport: build tools are set up with plugins that are default exports
export default modelwright;

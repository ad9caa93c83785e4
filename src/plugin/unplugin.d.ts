// The part of unplugin that the plugin uses. Its own declarations need those of every build tool, but ours must compile
// without any of them.
import type { adapter } from "./adapter.ts";
import type { Plugins } from "./plugins.ts";

export declare function createUnplugin(factory: typeof adapter): Plugins;

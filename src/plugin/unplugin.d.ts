// What is needed of unplugin. Its own declarations need those of every build tool, and ours are to compile without any.
import type { adapter } from "./adapter.ts";
import type { Plugins } from "./plugins.ts";

export declare function createUnplugin(factory: typeof adapter): Plugins;

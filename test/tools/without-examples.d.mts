import type { Plugin } from "esbuild";

/** Leaves the examples of rules out of a bundle. */
export declare const withoutExamples: Plugin;

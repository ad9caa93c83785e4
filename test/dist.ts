// The built package, and the only way to it for tests: one that imports this file, directly or not, needs a build.
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./golden.ts";

/** The folder of what is built. */
export const DIST = join(ROOT, "dist");

/** The built command line. */
export const MAIN = join(DIST, "cli/main.js");

/** The repository as a package. */
export const PACKAGE = ROOT;

/** Makes the built package importable from a folder as `modelwright`, as an installation would link it. */
export function linkPackage(to: string): void {
  symlinkSync(PACKAGE, to, "dir");
}

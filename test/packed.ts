// The package as users get it: packed by npm, and unpacked in a project.
import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import * as assert from "uvu/assert";
import { PACKAGE } from "./dist.ts";
import { ROOT } from "./golden.ts";

/** The environment of a user's shell, without the variables of the programs that run the tests. */
export const USER_ENVIRONMENT: NodeJS.ProcessEnv = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(?:npm_|NODE_|FORCE_COLOR$)/i.test(name)),
);

/** Runs a program as a user would. */
export function runAsUser(cwd: string, program: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: "utf8", env: USER_ENVIRONMENT });
  return { code: status, out: stdout, err: stderr };
}

/** Packs the package into a folder, without building it again; returns the path of the tarball. */
export function pack(folder: string): string {
  const { code, out, err } = runAsUser(
    PACKAGE,
    "npm",
    ...["pack", "--ignore-scripts", "--silent", "--pack-destination", folder],
  );
  assert.is(code, 0, err);
  return join(folder, out.trim());
}

/** Unpacks the tarball where npm would install it, with links to the packages that it needs; returns its folder. */
export function unpack(tarball: string, project: string, packages: Iterable<string>): string {
  const at = join(project, "node_modules/modelwright");
  mkdirSync(at, { recursive: true });
  assert.is(runAsUser(project, "tar", "-xf", tarball, "-C", at, "--strip-components=1").code, 0);
  for (const name of packages) linkPackage(project, name);
  return at;
}

/** Makes a package of this repository available in a project. */
export function linkPackage(project: string, name: string): void {
  const link = join(project, "node_modules", name);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(join(ROOT, "node_modules", name), link, "dir");
}

// Removes modules and declarations of `dist/` that no entry of the package reaches, so that users do not download them.
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "./install.mjs";

export function prune() {
  const { exports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const kept = reachable(
    ROOT,
    Object.values(exports).flatMap((targets) => (typeof targets === "string" ? [] : Object.values(targets))),
  );
  for (const folder of ["dist/src", "dist/grammar"]) {
    for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && !kept.has(path.slice(ROOT.length))) rmSync(path);
    }
  }
}

/** All files below `root` that some files import, directly or indirectly. Declarations import declarations. */
export function reachable(root, entries) {
  const found = new Set();
  const visit = (path) => {
    if (found.has(path) || !existsSync(join(root, path))) return;
    found.add(path);
    const text = readFileSync(join(root, path), "utf8");
    for (const [, target] of text.matchAll(/\b(?:from|import) ?\(?"(\.[^"]+)"/g)) {
      const other = join(dirname(path), target);
      visit(path.endsWith(".d.ts") ? other.replace(/\.(?:js|ts)$/, ".d.ts") : other);
    }
  };
  for (const entry of entries) visit(join(entry));
  return found;
}

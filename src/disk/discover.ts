import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { compareText } from "../base/diagnostic.ts";
import type { Host } from "../base/host.ts";
import { baseName } from "../base/path.ts";

/** The first one always counts; other tools use the others too, so these count only when they hold `models`. */
const NAMES = ["efemarai.yaml", "efemarai.yml", "model.yaml", "models.yaml"];

const MOST_FOLDERS = 50_000;

/** The definition files below a folder, without those that git ignores, in the order of their paths. */
export function discover(cwd: string, host: Host): readonly string[] {
  return [...(listedByGit(cwd) ?? listed(cwd))].filter((path) => isDefinition(path, host)).sort(compareText);
}

/** Whether a file is a definition by its name, and by its text where other tools use that name, too. */
export function isDefinition(path: string, host: Host): boolean {
  const name = baseName(path);
  return name === NAMES[0] || (NAMES.includes(name) && /^models[ \t]*:/m.test(host.readText(path) ?? ""));
}

function listedByGit(cwd: string): readonly string[] | undefined {
  if (!isInRepository(resolve(cwd))) return undefined;
  const patterns = NAMES.map((name) => `:(glob)**/${name}`);
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", "--", ...patterns];
  const { status, stdout } = spawnSync("git", args, { cwd, encoding: "utf8", maxBuffer: 1 << 28, timeout: 60_000 });
  return status === 0 ? stdout.split("\0").filter((path) => path !== "") : undefined;
}

/** Whether git has anything to say: asking it takes longer than all the rest. */
function isInRepository(folder: string): boolean {
  if (process.env["GIT_DIR"] !== undefined || existsSync(join(folder, ".git"))) return true;
  const parent = dirname(folder);
  return parent !== folder && isInRepository(parent);
}

/** Outside of a git repository: every folder but hidden ones and installed packages. */
function listed(cwd: string): readonly string[] {
  const found: string[] = [];
  const folders = [""];
  for (let visited = 0; visited < MOST_FOLDERS; visited++) {
    const folder = folders.pop();
    if (folder === undefined) break;
    for (const entry of entriesOf(join(cwd, folder))) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules") folders.push(path);
      else if (entry.isFile() && NAMES.includes(entry.name)) found.push(path);
    }
  }
  return found;
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

// Prepares a fresh clone: installs the packages of the lock file if they are missing. This is plain JavaScript, because
// it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const LOCK = `${ROOT}package-lock.json`;
const INSTALLED_LOCK = `${ROOT}node_modules/.modelwright-lock.json`;

/** Runs a program in the repository with the terminal attached. Ends this process with its exit code if it fails. */
export function mustRun(program, args, options = {}) {
  const { status, error, signal } = spawnSync(program, args, { cwd: ROOT, stdio: "inherit", ...options });
  if (error) console.error(`${program}: ${error.message}`);
  if (status !== 0) process.exit(status ?? (signal === "SIGINT" ? 130 : 1));
}

/** Installs the locked packages if they are missing or the lock file has changed. */
export function install() {
  if (existsSync(INSTALLED_LOCK) && readFileSync(LOCK).equals(readFileSync(INSTALLED_LOCK))) return;
  console.log("Installing the packages that package-lock.json names (npm ci) …");
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  mustRun(process.platform === "win32" ? "npm.cmd" : "npm", args, {
    shell: process.platform === "win32",
    env: withoutOuterNpm(),
  });
  copyFileSync(LOCK, INSTALLED_LOCK);
}

/**
 * The environment without the settings of an outer npm. `npm install --global git+…`, which pre-commit runs, prepares
 * the package (`prepare`) with its own settings, and npm would install these packages globally too. With
 * `NODE_ENV=production`, which build tools set, npm would leave out the build dependencies.
 */
function withoutOuterNpm() {
  const place =
    /^(?:npm_config_(?:global|location|prefix|local_prefix|global_prefix|install_links|include|omit|production)|NODE_ENV)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !place.test(name)));
}

// Makes a fresh clone ready: installs what the lock file names, unless that is already there. Plain JavaScript on
// purpose, because it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const LOCK = `${ROOT}package-lock.json`;
const INSTALLED_LOCK = `${ROOT}node_modules/.modelwright-lock.json`;

/** Runs a program in the repository with the terminal attached; ends this process with its exit code when it fails. */
export function mustRun(program, args, options = {}) {
  const { status, error, signal } = spawnSync(program, args, { cwd: ROOT, stdio: "inherit", ...options });
  if (error) console.error(`${program}: ${error.message}`);
  if (status !== 0) process.exit(status ?? (signal === "SIGINT" ? 130 : 1));
}

/** Installs the locked packages when they are missing or the lock file has changed since. */
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
 * The environment without where an npm above this one installs to: `npm install --global git+…`, which pre-commit calls,
 * makes the package ready (`prepare`) with its own settings, and these packages would be installed globally as well. With
 * `NODE_ENV` set to `production`, as build tools set it, what builds the package would be left out.
 */
function withoutOuterNpm() {
  const place =
    /^(?:npm_config_(?:global|location|prefix|local_prefix|global_prefix|install_links|include|omit|production)|NODE_ENV)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !place.test(name)));
}

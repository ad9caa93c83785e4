#!/usr/bin/env node
// The entry point of the command, as CommonJS. Loads the chunks of the command line, and caches their compiled code, so that
// the next start does not compile them. Only the user of this process can write to the cache.
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { Script } from "node:vm";
import { cacheFolder, ownFolder } from "../system/cache-folder.ts";
import { isPrivate, makePrivateFolder } from "../system/private-folder.ts";

/** Set by the build: a hash of all chunks. */
declare const BUILD: string;

/** Set by the build: the file of each chunk that shares a file with others. */
declare const FILES: Readonly<Record<string, string>>;

type Chunk = (exports: unknown, require: typeof load, module: { readonly exports: unknown }, filename: string) => void;

const PROGRAM = "./command-line.js";

/** Does not wait for a pipe or follow a link. Absent on Windows, where nothing is cached. */
const REGULAR_ONLY: number = (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

const scripts = new Map<string, Script>();
const chunks = new Map<string, Chunk>();
const modules = new Map<string, { readonly exports: unknown }>();
const cached = readCache();
let isComplete = true;

load(PROGRAM);
process.once("exit", (code) => {
  // An invalid command line is not worth caching.
  if (!isComplete && (code === 0 || code === 1)) writeCache();
});

/** The `require` of chunks. A name that starts with a dot is another chunk; Node.js resolves all others. */
function load(name: string): unknown {
  if (!name.startsWith(".")) return require(name);
  const known = modules.get(name);
  if (known !== undefined) return known.exports;
  if (!chunks.has(name)) loadFile(FILES[name] ?? name);
  const module = { exports: {} };
  modules.set(name, module);
  chunks.get(name)?.(module.exports, load, module, __filename);
  return module.exports;
}

/** Loads a file, whose value is an object with its chunks by name. */
function loadFile(name: string): void {
  const filename = join(__dirname, name);
  const cachedData = cached.get(name);
  const text = readFileSync(filename, "latin1");
  const script = new Script(text, { filename, ...(cachedData === undefined ? {} : { cachedData }) });
  if (cachedData === undefined || script.cachedDataRejected === true) isComplete = false;
  scripts.set(name, script);
  const found = script.runInThisContext() as Readonly<Record<string, Chunk>>;
  for (const [chunk, run] of Object.entries(found)) chunks.set(chunk, run);
}

/** The path of the cached code of this command; `undefined` if caching is impossible or turned off. */
function cachePath(): string | undefined {
  if (process.env["NODE_DISABLE_COMPILE_CACHE"] || process.getuid === undefined) return undefined;
  // The home folder may belong to another user, for example with sudo. Nothing is cached then.
  if (statSync(ownFolder(process.env)).uid !== process.getuid()) return undefined;
  const command = /^(?:--)?[a-z]{1,12}$/.exec(process.argv[2] ?? "")?.[0] ?? "other";
  const name = `${command}-${process.version}-${process.arch}`;
  return join(cacheFolder(process.env), "start", name);
}

/** The cached code of an earlier start, by file. */
function readCache(): ReadonlyMap<string, Buffer> {
  try {
    const path = cachePath();
    return path === undefined ? new Map() : parseCache(readOwn(path));
  } catch {
    return new Map();
  }
}

function readOwn(path: string): Buffer {
  const file = openSync(path, constants.O_RDONLY | REGULAR_ONLY);
  try {
    const entry = fstatSync(file);
    // The code runs without further checks.
    return entry.isFile() && isPrivate(entry) ? readFileSync(file) : Buffer.of();
  } finally {
    closeSync(file);
  }
}

/**
 * The file has two copies of: a line of JSON, then the code of each file. The engine does not verify code, and one wrong bit
 * can crash it. Comparing two copies takes a tenth of the time of a checksum.
 */
function parseCache(twice: Buffer): ReadonlyMap<string, Buffer> {
  const bytes = twice.subarray(0, twice.length / 2);
  if (!bytes.equals(twice.subarray(bytes.length))) return new Map();
  let at = bytes.indexOf("\n") + 1;
  const { build, lengths } = JSON.parse(bytes.toString("latin1", 0, at)) as Header;
  // The engine compares only the length of the text, so it would accept the code of another build.
  if (build !== BUILD) return new Map();
  const found = new Map<string, Buffer>();
  for (const [name, length] of lengths) {
    found.set(name, bytes.subarray(at, at + length));
    at += length;
  }
  return at === bytes.length ? found : new Map();
}

interface Header {
  readonly build: string;
  readonly lengths: readonly (readonly [file: string, bytes: number])[];
}

/** Writes the compiled code through a temporary file. If that fails, the next start compiles the code again. */
function writeCache(): void {
  try {
    const path = cachePath();
    if (path === undefined) return;
    if (makePrivateFolder(cacheFolder(process.env)) !== undefined) return;
    if (makePrivateFolder(dirname(path)) !== undefined) return;
    const code = [...scripts].map(([name, script]) => [name, script.createCachedData()] as const);
    const header: Header = { build: BUILD, lengths: code.map(([name, { length }]) => [name, length]) };
    const parts = [Buffer.from(`${JSON.stringify(header)}\n`), ...code.map(([, data]) => data)];
    writeNew(path, Buffer.concat([...parts, ...parts]));
  } catch {}
}

function writeNew(path: string, bytes: Buffer): void {
  const temporary = `${path}.${process.pid}.tmp`;
  writeFileSync(temporary, bytes, { flag: "wx", mode: 0o600 });
  try {
    renameSync(temporary, path);
  } catch {
    rmSync(temporary, { force: true });
  }
}

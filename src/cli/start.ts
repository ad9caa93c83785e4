#!/usr/bin/env node
// What the command starts with, as CommonJS: loads the chunks of the command line, and keeps what the engine made of them for
// the next start, which then parses and compiles nothing. Only the user of this process can write what is read back.
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

/** What is built in: a hash of all chunks, … */
declare const BUILD: string;

/** … and the file of each chunk that stands in one with others. */
declare const FILES: Readonly<Record<string, string>>;

type Chunk = (exports: unknown, require: typeof load, module: { readonly exports: unknown }, filename: string) => void;

const PROGRAM = "./command-line.js";

/** A pipe is not waited for, and a link is not followed. Absent on Windows, where nothing is kept. */
const REGULAR_ONLY: number = (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

const scripts = new Map<string, Script>();
const chunks = new Map<string, Chunk>();
const modules = new Map<string, { readonly exports: unknown }>();
const kept = readKept();
let isComplete = true;

load(PROGRAM);
process.once("exit", (code) => {
  // A command line that is wrong is no command whose code will be wanted again.
  if (!isComplete && (code === 0 || code === 1)) keep();
});

/** What a chunk requires: another chunk, which begins with a dot, or what Node finds. */
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

/** Each file is an object: its chunks by name. */
function loadFile(name: string): void {
  const filename = join(__dirname, name);
  const cachedData = kept.get(name);
  const text = readFileSync(filename, "latin1");
  const script = new Script(text, { filename, ...(cachedData === undefined ? {} : { cachedData }) });
  if (cachedData === undefined || script.cachedDataRejected === true) isComplete = false;
  scripts.set(name, script);
  const found = script.runInThisContext() as Readonly<Record<string, Chunk>>;
  for (const [chunk, run] of Object.entries(found)) chunks.set(chunk, run);
}

/** Where the code of this command is kept; `undefined` where it cannot be, or is not wanted. */
function keptPath(): string | undefined {
  if (process.env["NODE_DISABLE_COMPILE_CACHE"] || process.getuid === undefined) return undefined;
  // With the home of somebody else, as under sudo, nothing is kept.
  if (statSync(ownFolder(process.env)).uid !== process.getuid()) return undefined;
  const command = /^(?:--)?[a-z]{1,12}$/.exec(process.argv[2] ?? "")?.[0] ?? "other";
  const name = `${command}-${process.version}-${process.arch}`;
  return join(cacheFolder(process.env), "start", name);
}

/** The code of an earlier start, by file. */
function readKept(): ReadonlyMap<string, Buffer> {
  try {
    const path = keptPath();
    return path === undefined ? new Map() : parseKept(readOwn(path));
  } catch {
    return new Map();
  }
}

function readOwn(path: string): Buffer {
  const file = openSync(path, constants.O_RDONLY | REGULAR_ONLY);
  try {
    const entry = fstatSync(file);
    // The code is run without being looked at.
    return entry.isFile() && isPrivate(entry) ? readFileSync(file) : Buffer.of();
  } finally {
    closeSync(file);
  }
}

/**
 * Everything twice: a line of JSON, then the code of each file. The engine does not look whether code is whole, and one wrong
 * bit can crash it; comparing two copies takes a tenth of the time of any checksum.
 */
function parseKept(twice: Buffer): ReadonlyMap<string, Buffer> {
  const bytes = twice.subarray(0, twice.length / 2);
  if (!bytes.equals(twice.subarray(bytes.length))) return new Map();
  let at = bytes.indexOf("\n") + 1;
  const { build, lengths } = JSON.parse(bytes.toString("latin1", 0, at)) as Header;
  // The engine looks only at the length of the text, so the code of another build must not get there.
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

/** Writes it through a temporary file; where that is not possible, the next start takes its time again. */
function keep(): void {
  try {
    const path = keptPath();
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

// Opens a bundle: verifies the hash of every blob, and unpacks it into the cache, once for each digest.
import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { lstat, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { found, problem, type Result } from "../../base/result.ts";
import { isPrivate } from "../../system/private-folder.ts";
import { cacheProblem, readCached, withLock, writeAtomically } from "../acquire/cache.ts";
import { type BundleIndex, BundleProblem, MAX_JSON, PATHS, readIndex } from "./format.ts";
import { nameSet } from "./names.ts";
import { type BundleSource, type Manifest, openLayout, readManifest, requireDigest } from "./source.ts";
import { tarEntries } from "./untar.ts";

/** A bundle on this machine. */
export interface OpenBundle {
  /** The folder of its files, in the cache. */
  readonly folder: string;
  readonly index: BundleIndex;
  readonly manifest: Manifest;
}

/** The context in which bundles are opened. */
export interface OpenContext {
  /** The cache folder. */
  readonly cache: string;
  readonly signal: AbortSignal;
  /** Whether to read every blob again, even if the cache has the files of the bundle. */
  readonly verify?: boolean | undefined;
}

/**
 * Opens the bundle at a path: a folder or a tar file. The message is a whole reason: "`digits.tar` is not a usable bundle: …". Only the
 * reason of the signal is thrown.
 */
export async function openBundle(path: string, shown: string, context: OpenContext): Promise<Result<OpenBundle>> {
  const refused = cacheProblem(context.cache);
  if (refused !== undefined) return problem(refused);
  try {
    return found(await unpackOnce(await openLayout(path), context));
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof BundleProblem) return problem(`${shown} is not a usable bundle: ${error.message}`);
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    return problem(`${shown} cannot be unpacked: ${code === "ENOSPC" ? "the disk of the cache is full" : message}`);
  }
}

async function unpackOnce(source: BundleSource, { cache, signal, verify }: OpenContext): Promise<OpenBundle> {
  const manifest = await readManifest(source);
  const folder = join(cache, "bundles", manifest.digest.slice("sha256:".length));
  await mkdir(dirname(folder), { recursive: true });
  return withLock(`${folder}.lock`, signal, async () => {
    const isThere = verify !== true && (await isUnchanged(folder));
    if (!isThere) await unpack(source, manifest, folder, signal);
    return { folder, index: await readBundleIndex(folder), manifest };
  });
}

async function unpack(source: BundleSource, manifest: Manifest, folder: string, signal: AbortSignal): Promise<void> {
  const temporary = `${folder}.${randomUUID()}.tmp`;
  const old = `${folder}.${randomUUID()}.tmp`;
  const addName = nameSet();
  const names: string[] = [];
  try {
    await mkdir(temporary, { mode: 0o700 });
    for (const { digest, size } of manifest.layers) {
      await source.withBlob({ digest, size }, async (region) => {
        const hash = createHash("sha256");
        for await (const { name, isExecutable, content } of tarEntries(region, `the layer ${digest}`, addName, hash)) {
          signal.throwIfAborted();
          const path = join(temporary, name);
          await mkdir(dirname(path), { recursive: true });
          const mode = isExecutable ? 0o700 : 0o600;
          await pipeline(Readable.from(content()), createWriteStream(path, { flags: "wx", mode }));
          names.push(name);
        }
        requireDigest(digest, hash.digest("hex"));
      });
    }
    await readBundleIndex(temporary);
    await rename(folder, old).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
    await rename(temporary, folder);
    const states = await Promise.all(names.map(async (name) => [name, await stateOf(join(folder, name))] as const));
    await writeAtomically(`${folder}.json`, JSON.stringify(Object.fromEntries(states)));
  } finally {
    await rm(temporary, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}

async function readBundleIndex(folder: string): Promise<BundleIndex> {
  const path = join(folder, PATHS.index);
  const entry = await lstat(path).catch(() => undefined);
  if (entry === undefined) throw new BundleProblem(`it is not a bundle of Modelwright: \`${PATHS.index}\` is missing`);
  if (entry.size > MAX_JSON) throw new BundleProblem(`\`${PATHS.index}\` is too large`);
  return readIndex(await readFile(path, "utf8"));
}

/** The size and times of a file. Writing to a file changes at least one of them. */
async function stateOf(path: string): Promise<string | undefined> {
  const entry = await lstat(path).catch(() => undefined);
  if (entry?.isFile() !== true || !isPrivate(entry)) return undefined;
  return `${entry.size} ${entry.mtimeMs} ${entry.ctimeMs}`;
}

/** Suffixes of files that Python imports. */
const IMPORTABLE = /\.(?:pyc?|pyd|so|pth)$/;

/** Whether the files of an unpacked bundle are those that were verified, and no other file there can affect Python imports. */
async function isUnchanged(folder: string): Promise<boolean> {
  const text = (await readCached(`${folder}.json`))?.toString();
  const states = new Map(Object.entries(text === undefined ? {} : (JSON.parse(text) as Record<string, string>)));
  if (states.size === 0) return false;
  for (const [name, state] of states) if ((await stateOf(join(folder, name))) !== state) return false;
  return hasNothingToImport(folder, (path) => states.has(path.slice(folder.length + 1).replaceAll("\\", "/")));
}

/** Whether all files below a folder that are not known are harmless. Compiled modules are removed, because nothing verifies them. */
async function hasNothingToImport(folder: string, isKnown: (path: string) => boolean): Promise<boolean> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name === "__pycache__") await rm(path, { recursive: true, force: true });
    else if (entry.isDirectory()) {
      if (!(await hasNothingToImport(path, isKnown))) return false;
    } else if (!isKnown(path) && (entry.isSymbolicLink() || IMPORTABLE.test(entry.name))) return false;
  }
  return true;
}

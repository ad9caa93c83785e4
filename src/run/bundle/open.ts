// Opens a bundle: verifies the hash of every blob, and unpacks it into the cache, once for each digest.
import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { lstat, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { found, problem, type Result } from "../../base/result.ts";
import type { Environment } from "../../system/environment.ts";
import { isPrivate } from "../../system/private-folder.ts";
import { cacheProblem, readCached, withLock, writeAtomically } from "../acquire/cache.ts";
import { DEFAULT_LIMITS } from "../api/limits.ts";
import { bundleForm } from "../pack/is-bundle.ts";
import { nameSet } from "../pack/names.ts";
import { PackProblem } from "../pack/problem.ts";
import { tarEntries } from "../pack/untar.ts";
import { type BundleIndex, BundleUnavailable, MAX_JSON, PATHS, readIndex } from "./format.ts";
import { openRemote } from "./pull.ts";
import { type BundleSource, type Manifest, openLayout, readManifest, requireDigest } from "./source.ts";

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
  /** The environment in which the credentials of registries are looked up. */
  readonly environment: Environment;
  /** Whether to read every blob again, even if the cache has the files of the bundle. */
  readonly verify?: boolean | undefined;
  /** Use a bundle of a registry only if the cache has it. */
  readonly offline?: boolean | undefined;
}

/**
 * Opens a bundle: a folder, a tar file, or `oci://HOST/NAME@sha256:…`. The message is a whole reason: "`digits.tar` is not a usable bundle: …". Only the
 * reason of the signal is thrown.
 */
export async function openBundle(path: string, shown: string, context: OpenContext): Promise<Result<OpenBundle>> {
  const refused = cacheProblem(context.cache);
  if (refused !== undefined) return problem(refused);
  const { cache, environment, signal } = context;
  try {
    const isRemote = bundleForm(path) === "registry";
    const source = isRemote
      ? openRemote(path, cache, { environment, signal, stallMs: DEFAULT_LIMITS.stallMs, offline: context.offline })
      : await openLayout(path);
    return found(await unpackOnce(source, context));
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof BundleUnavailable) return problem(`${shown} cannot be fetched: ${error.message}`);
    if (error instanceof PackProblem) return problem(`${shown} is not a usable bundle: ${error.message}`);
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    return problem(`${shown} cannot be unpacked: ${code === "ENOSPC" ? "the disk of the cache is full" : message}`);
  }
}

async function unpackOnce(source: BundleSource, { cache, signal, verify }: OpenContext): Promise<OpenBundle> {
  const folder = join(cache, "bundles", source.manifest.digest.slice("sha256:".length));
  await mkdir(dirname(folder), { recursive: true });
  return withLock(`${folder}.lock`, signal, async () => {
    // Only the holder of the lock creates temporary folders, so any that exist are left over from a process that was killed.
    for (const name of await readdir(dirname(folder))) {
      if (name.startsWith(`${basename(folder)}.`) && name.endsWith(".tmp"))
        await rm(join(dirname(folder), name), { recursive: true, force: true });
    }
    const known = verify === true ? undefined : await findUnpacked(folder);
    const manifest = known ?? (await unpack(source, folder, signal));
    return { folder, index: await readBundleIndex(folder), manifest };
  });
}

/** What is recorded about an unpacked bundle. */
interface Unpacked {
  readonly manifest: Manifest;
  /** The state of each file, by name. */
  readonly states: Readonly<Record<string, string | undefined>>;
}

async function unpack(source: BundleSource, folder: string, signal: AbortSignal): Promise<Manifest> {
  const manifest = await readManifest(source);
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
    const unpacked: Unpacked = { manifest, states: Object.fromEntries(states) };
    await writeAtomically(`${folder}.json`, JSON.stringify(unpacked));
    return manifest;
  } finally {
    await rm(temporary, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}

async function readBundleIndex(folder: string): Promise<BundleIndex> {
  const path = join(folder, PATHS.index);
  const entry = await lstat(path).catch(() => undefined);
  if (entry === undefined) throw new PackProblem(`it is not a bundle of Modelwright: \`${PATHS.index}\` is missing`);
  if (entry.size > MAX_JSON) throw new PackProblem(`\`${PATHS.index}\` is too large`);
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

/**
 * The manifest of an unpacked bundle, if its files are those that were verified, and no other file there can affect Python imports.
 */
async function findUnpacked(folder: string): Promise<Manifest | undefined> {
  const text = (await readCached(`${folder}.json`))?.toString();
  const { manifest, states } = unpackedIn(text);
  if (manifest === undefined || states === undefined) return undefined;
  for (const [name, state] of Object.entries(states)) {
    if ((await stateOf(join(folder, name))) !== state) return undefined;
  }
  const isKnown = (path: string) => Object.hasOwn(states, path.slice(folder.length + 1).replaceAll("\\", "/"));
  return (await hasNothingToImport(folder, isKnown)) ? manifest : undefined;
}

/** Another version may have written it in another form. */
function unpackedIn(text: string | undefined): Partial<Unpacked> {
  try {
    return JSON.parse(text ?? "{}") as Partial<Unpacked>;
  } catch {
    return {};
  }
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

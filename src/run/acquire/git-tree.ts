// Compares a folder with its commit. Git objects refer to each other by hash, from the commit to each file, so every change on
// the disk is detected: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, readdir, readlink, rm } from "node:fs/promises";

/** The bytes of the commit and the trees of a checkout, by hash. */
export type GitObjects = ReadonlyMap<string, Buffer>;

/** Suffixes of files that Python imports: https://docs.python.org/3/library/importlib.html */
const IMPORTABLE = /\.(?:pyc?|pyd|so|pth)$/;

/** The folder of compiled modules. It is removed, because its content cannot be compared with a commit. */
const COMPILED = "__pycache__";

const SLASH = Buffer.from("/");

/**
 * Whether a folder contains exactly the files of a commit. Additional files are ignored unless Python could import them.
 * `__pycache__` folders are removed.
 */
export async function isCheckoutOf(folder: string, commit: string, objects: GitObjects): Promise<boolean> {
  const kind = hashKind(commit);

  async function matches(path: Buffer, tree: string): Promise<boolean> {
    const bytes = objects.get(tree);
    const entries = bytes && parseTree(bytes, commit.length / 2);
    if (entries === undefined) return false;
    const named = new Set(entries.map(({ name }) => name.toString("latin1")));
    for (const { name, mode, hash } of entries) {
      if (!(await isEntry(join(path, name), mode, hash))) return false;
    }
    for (const name of await readdir(path, { encoding: "buffer" })) {
      if (!named.has(name.toString("latin1")) && !(await isHarmless(join(path, name)))) return false;
    }
    return true;
  }

  async function isEntry(path: Buffer, mode: string, hash: string): Promise<boolean> {
    const entry = await lstat(path);
    if (mode === "40000") return entry.isDirectory() && matches(path, hash);
    if (mode === "160000") return entry.isDirectory(); // a submodule, which is not fetched
    if (mode === "120000") {
      if (!entry.isSymbolicLink()) return false;
      const target = await readlink(path, { encoding: "buffer" });
      return objectHash(kind, "blob", target.length).update(target).digest("hex") === hash;
    }
    if (!entry.isFile()) return false;
    const digest = objectHash(kind, "blob", entry.size);
    for await (const chunk of createReadStream(path)) digest.update(chunk as Buffer);
    return digest.digest("hex") === hash;
  }

  try {
    const tree = /^tree ([0-9a-f]+)\n/.exec(objects.get(commit)?.toString("latin1", 0, 100) ?? "")?.[1];
    return tree !== undefined && (await matches(Buffer.from(folder), tree));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    return false; // a file is missing or cannot be read
  }
}

/** Whether an additional file or folder cannot affect Python imports. */
async function isHarmless(path: Buffer): Promise<boolean> {
  const entry = await lstat(path);
  const name = path.subarray(path.lastIndexOf(SLASH) + 1).toString("latin1");
  if (entry.isDirectory() && name === COMPILED) {
    await rm(path.toString(), { recursive: true, force: true });
    return true;
  }
  if (entry.isSymbolicLink() || IMPORTABLE.test(name)) return false;
  if (!entry.isDirectory()) return true;
  for (const inner of await readdir(path, { encoding: "buffer" })) {
    if (!(await isHarmless(join(path, inner)))) return false;
  }
  return true;
}

interface TreeEntry {
  readonly mode: string;
  readonly name: Buffer;
  readonly hash: string;
}

/** Parses the entries of a tree. Each is `mode name`, a zero byte and the bytes of the hash. */
function parseTree(bytes: Buffer, hashSize: number): readonly TreeEntry[] | undefined {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const zero = bytes.indexOf(0, space);
    if (space < 0 || zero < 0 || zero + 1 + hashSize > bytes.length) return undefined;
    const mode = bytes.toString("latin1", at, space).replace(/^0+/, "");
    const name = bytes.subarray(space + 1, zero);
    if (name.length === 0 || name.includes(0x2f) || /^\.{1,2}$/.test(name.toString("latin1"))) return undefined;
    entries.push({ mode, name, hash: bytes.toString("hex", zero + 1, zero + 1 + hashSize) });
    at = zero + 1 + hashSize;
  }
  return entries;
}

/**
 * Removes the hashes from the output of `git cat-file --batch`, which has for each object a line `hash type size`, its bytes
 * and a newline. The hashes can be computed from the bytes, and the hash of the commit may come from the environment.
 */
export function withoutHashes(printed: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (const { type, bytes } of objectsIn(printed))
    parts.push(Buffer.from(`${type} ${bytes.length}\n`), bytes, NEWLINE);
  return Buffer.concat(parts);
}

/** The stored objects, by hash. The kind of hash is that of the commit. */
export function readObjects(kept: Buffer, commit: string): GitObjects {
  const objects = new Map<string, Buffer>();
  for (const { type, bytes } of objectsIn(kept)) {
    objects.set(objectHash(hashKind(commit), type, bytes.length).update(bytes).digest("hex"), bytes);
  }
  return objects;
}

function* objectsIn(text: Buffer): Generator<{ readonly type: string; readonly bytes: Buffer }> {
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf(0x0a, at);
    const [, type = "", size] = /(\w+) (\d+)$/.exec(text.toString("latin1", at, end)) ?? [];
    const next = end + 1 + Number(size);
    if (end < 0 || size === undefined || next > text.length) return;
    yield { type, bytes: text.subarray(end + 1, next) };
    at = next + 1;
  }
}

const NEWLINE = Buffer.from("\n");

type HashKind = "sha1" | "sha256";

/** Detects the kind of a hash by its length: https://git-scm.com/docs/hash-function-transition */
function hashKind(hash: string): HashKind {
  return hash.length === 64 ? "sha256" : "sha1";
}

/** Starts the hash of an object, which includes its type and size. */
function objectHash(kind: HashKind, type: string, size: number): Hash {
  return createHash(kind).update(`${type} ${size}\0`);
}

function join(folder: Buffer, name: Buffer): Buffer {
  return Buffer.concat([folder, SLASH, name]);
}

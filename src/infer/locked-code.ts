// The code of repositories on servers, as far as it is on this machine: fetched, or as declarations in the lock file.
import type { Host } from "../base/host.ts";
import { memoryHost } from "../base/host.ts";
import { LOCK_NAME, type LockedPython, type LockFile, readLock } from "../base/lock-file.ts";
import { codeKey, fileKey, imageKey, type KeyPart, writtenText } from "../base/lock-key.ts";
import { folderOf, joinPath } from "../base/path.ts";
import { rememberText } from "../base/remember.ts";
import { rootFolderOf } from "../base/root.ts";
import type { Source } from "../base/source.ts";
import type { BoundModel, BoundValue } from "../bind/bound.ts";
import { literalText } from "../bind/value.ts";
import type { ParsedDefinition } from "../parse/parse.ts";

/** The lock file next to a definition. */
export type Lock =
  | { readonly kind: "absent" }
  | { readonly kind: "present"; readonly source: Source; readonly lock: LockFile }
  | { readonly kind: "conflict"; readonly source: Source; readonly start: number }
  /** `message` is a part of a sentence: "it is not valid JSON". */
  | { readonly kind: "invalid"; readonly source: Source; readonly message: string };

/** Code of a repository that can be read without fetching it. */
export interface ReadableCode {
  /** The folder in which Python is looked up. */
  readonly root: string;
  /** The entry points that can be resolved there, as `module:function`; `undefined` for all. */
  readonly entrypoints: ReadonlySet<string> | undefined;
}

/** Code by its key in the lock file: the folder where it was fetched, or its declarations. */
export type FetchedCode = ReadonlyMap<string, string | LockedPython>;

/** Code of repositories. */
export interface RemoteCode {
  /** The lock file next to a definition. It is read at most once. */
  readonly lockOf: (definition: ParsedDefinition) => Lock;
  readonly codeOf: (model: BoundModel) => ReadableCode | undefined;
  /** The host, with the code in lock files as further folders. */
  readonly host: Host;
}

/**
 * The code that lock files declare, or other code with `fetched`: this is how `modelwright lock` reads the code that it is about
 * to record.
 */
export function remoteCode(host: Host, fetched: FetchedCode | undefined): RemoteCode {
  const folders = new Map<string, Host>();
  const readLockAt = rememberText((path) => readLockFile(host, path));
  const lockOf = ({ source }: ParsedDefinition): Lock =>
    fetched === undefined ? readLockAt(joinPath(folderOf(source.path), LOCK_NAME)) : { kind: "absent" };
  const declared = new Map<LockedPython, ReadableCode>();
  const declare = (python: LockedPython, place: string): ReadableCode => {
    const before = declared.get(python);
    if (before !== undefined) return before;
    const root = freeRoot(folders, place);
    folders.set(root, declaredFiles(root, python));
    const code = { root, entrypoints: new Set(python.entrypoints) };
    declared.set(python, code);
    return code;
  };
  return {
    lockOf,
    codeOf: (model) => {
      const key = keyOfCode(model);
      if (key === undefined) return undefined;
      const given = fetched?.get(key);
      if (typeof given === "string") return { root: given, entrypoints: undefined };
      if (given !== undefined) return declare(given, `${LOCK_NAME}/${nameOf(key)}`);
      const lock = lockOf(model.definition);
      const entry = lock.kind === "present" ? lock.lock.code.get(key) : undefined;
      if (lock.kind !== "present" || entry?.python === undefined) return undefined;
      return declare(entry.python, `${lock.source.path}/${nameOf(key)}@${entry.commit.slice(0, 7)}`);
    },
    host: withFolders(host, folders),
  };
}

function readLockFile(host: Host, path: string): Lock {
  const text = host.readText(path, rootFolderOf(path));
  const source = { path, text: text ?? "" };
  if (text === undefined) {
    return host.kindOf(path) === undefined
      ? { kind: "absent" }
      : { kind: "invalid", source, message: "it is not a readable text file" };
  }
  const reading = readLock(text);
  switch (reading.kind) {
    case "lock":
      return { kind: "present", source, lock: reading.lock };
    case "conflict":
      return { kind: "conflict", source, start: reading.start };
    case "invalid":
      return { kind: "invalid", source, message: reading.message };
  }
}

/** The name of a repository, which messages show before the path of a file. */
function nameOf(key: string): string {
  const [address = ""] = key.split("#");
  const parts = address.split(/[/:]/).map((part) => part.replace(/\.git$/, "").replace(/[^\w.-]/g, "_"));
  return parts.findLast((part) => part !== "" && part !== "." && part !== "..") ?? "code";
}

function freeRoot(folders: ReadonlyMap<string, unknown>, root: string): string {
  let free = root;
  for (let number = 2; folders.has(free); number++) free = `${root}-${number}`;
  return free;
}

/** The files that a lock file declares, below a folder that does not exist. */
function declaredFiles(root: string, { files }: LockedPython): Host {
  return memoryHost(new Map([...files].map(([path, lines]) => [`${root}/${path}`, textOf(lines)])));
}

/** The text with these lines at their numbers. The other lines are empty. */
function textOf(lines: ReadonlyMap<number, string>): string {
  const all: string[] = [];
  for (const [number, line] of lines) all[number - 1] = line;
  return `${Array.from(all, (line) => line ?? "").join("\n")}\n`;
}

/** A host that also has the files of other hosts, each below its folder. */
function withFolders(host: Host, folders: ReadonlyMap<string, Host>): Host {
  const hostOf = (path: string): Host => {
    const at = path.indexOf(`${LOCK_NAME}/`);
    if (at < 0) return host;
    const end = path.indexOf("/", at + LOCK_NAME.length + 1);
    return folders.get(end < 0 ? path : path.slice(0, end)) ?? host;
  };
  return {
    readText: (path, root) => hostOf(path).readText(path, root),
    kindOf: (path) => hostOf(path).kindOf(path),
    namesIn: (path) => hostOf(path).namesIn(path),
    realPath: (path) => hostOf(path).realPath(path),
    ignored: (paths) => host.ignored(paths.filter((path) => hostOf(path) === host)),
  };
}

/** The key of a model's code in the lock file; `undefined` if it is a folder, or known only when the model runs. */
export function keyOfCode(model: BoundModel): string | undefined {
  const { url, hash, branch } = model.repository;
  if (model.repository.location.kind !== "remote") return undefined;
  const version = hash ?? branch;
  const [address, name] = [partsOf(model, url), version && partsOf(model, version)];
  if (address === undefined || (version !== undefined && name === undefined)) return undefined;
  return codeKey(writtenText(address), name && writtenText(name));
}

/** The key of a file with this URL; `undefined` if it is known only when the model runs. */
export function keyOfFile(model: BoundModel, url: BoundValue | undefined): string | undefined {
  const parts = partsOf(model, url);
  return parts && fileKey(writtenText(parts));
}

/** The key of an image. */
export function keyOfImage(model: BoundModel, image: BoundValue | undefined): string | undefined {
  const parts = partsOf(model, image);
  return parts && imageKey(writtenText(parts));
}

/** The parts of a text, as \`run\` reads them from the plan. */
function partsOf(model: BoundModel, value: BoundValue | undefined): readonly KeyPart[] | undefined {
  if (value?.kind === "literal") return [value.node.text];
  if (value?.kind !== "template" && value?.kind !== "reference") return undefined;
  const parts = value.kind === "template" ? value.parts : [value.reference];
  const written: KeyPart[] = [];
  for (const part of parts) {
    if (typeof part === "string") written.push(part);
    else if (part.meaning.kind === "environment")
      written.push({ name: part.meaning.name, default: part.expression.default?.value });
    else if (part.meaning.kind === "model-name" && !model.isUniversal) {
      const name = partsOfName(model);
      if (name === undefined) return undefined;
      written.push(...name);
    } else return undefined;
  }
  return written;
}

/** The name of a model cannot refer to itself. */
function partsOfName(model: BoundModel): readonly KeyPart[] | undefined {
  const value = model.name?.value;
  const text = literalText(value);
  if (text !== undefined) return [text];
  if (value?.kind !== "template" && value?.kind !== "reference") return undefined;
  const parts = value.kind === "template" ? value.parts : [value.reference];
  const isPlain = parts.every((part) => typeof part === "string" || part.meaning.kind === "environment");
  return isPlain ? partsOf(model, value) : undefined;
}

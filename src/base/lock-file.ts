// The lock file: what the remote resources of the definitions in its folder were when they were locked. Sorted JSON with one
// entry for each resource, keyed by what the definition asks for. There is no hash of the whole file, so that Git can merge it.
import { compareText } from "./diagnostic.ts";
import { messageOf } from "./result.ts";

/** The name of the lock file, in the folder of the definition. */
export const LOCK_NAME = "modelwright.lock";

/** Whether a path names Python that a lock file declares. Messages show it, but there is no such file. */
export function isLockedPath(path: string): boolean {
  return `/${path}`.includes(`/${LOCK_NAME}/`);
}

/** The version of the format. A reader rejects all other versions. */
export const LOCK_VERSION = 1;

/** The entries by their keys (`base/lock-key.ts`). */
export interface LockFile {
  readonly code: ReadonlyMap<string, LockedCode>;
  readonly files: ReadonlyMap<string, LockedFile>;
  readonly images: ReadonlyMap<string, LockedImage>;
}

/** The kinds of entries. */
export type LockSection = keyof LockFile;
export const LOCK_SECTIONS = ["code", "files", "images"] as const satisfies readonly LockSection[];

/** The code of a repository. */
export interface LockedCode {
  /** The full hash. */
  readonly commit: string;
  /** The Python that `check` and the bindings need. Absent if it could not be read or is too large. */
  readonly python?: LockedPython | undefined;
}

/** The declarations of entry points, without the bodies of functions. */
export interface LockedPython {
  /** The entry points that are declared, as `module:function`. Nothing is known about any other one. */
  readonly entrypoints: readonly string[];
  /** Entry points that were looked at and could not be declared. */
  readonly unread: readonly string[];
  /** By path from the root of the repository: the lines of the file that declare something, by their numbers. */
  readonly files: ReadonlyMap<string, ReadonlyMap<number, string>>;
}

/** A file. */
export interface LockedFile {
  readonly sha256: string;
  readonly bytes: number;
}

/** An image. */
export interface LockedImage {
  /** `sha256:…` of its index if it has one, otherwise of its manifest. */
  readonly digest: string;
}

export type LockEntry = LockedCode | LockedFile | LockedImage;

/** What an entry fixes, for people. Two entries of a key with the same text fetch the same. */
export function lockedState(entry: LockEntry): string {
  if ("commit" in entry) return `commit ${entry.commit}`;
  return "sha256" in entry ? `sha256 ${entry.sha256} (${entry.bytes} bytes)` : entry.digest;
}

/** A lock file without entries. */
export const EMPTY_LOCK: LockFile = { code: new Map(), files: new Map(), images: new Map() };

/** The result of reading a lock file. `message` is a part of a sentence: "it is not JSON". */
export type LockReading =
  | { readonly kind: "lock"; readonly lock: LockFile }
  | { readonly kind: "conflict"; readonly start: number }
  | { readonly kind: "invalid"; readonly message: string };

/** Reads the text of a lock file, which may have been written by anyone. */
export function readLock(text: string): LockReading {
  const conflict = /^<{7}(?: |$)/m.exec(text);
  if (conflict !== null) return { kind: "conflict", start: conflict.index };
  try {
    return { kind: "lock", lock: lockOf(JSON.parse(text)) };
  } catch (error) {
    const message = error instanceof InvalidLock ? messageOf(error) : "it is not valid JSON";
    return { kind: "invalid", message };
  }
}

/** The text of a lock file. The same entries give the same bytes. */
export function printLock({ code, files, images }: LockFile): string {
  const content = {
    lockVersion: LOCK_VERSION,
    code: sorted(code, ({ commit, python }) => ({ commit, ...(python && { python: printedPython(python) }) })),
    files: sorted(files, ({ sha256, bytes }) => ({ sha256, bytes })),
    images: sorted(images, ({ digest }) => ({ digest })),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

function printedPython({ entrypoints, unread, files }: LockedPython): object {
  const lines = (each: ReadonlyMap<number, string>) => Object.fromEntries([...each].sort(([a], [b]) => a - b));
  return {
    entrypoints: [...entrypoints].sort(compareText),
    ...(unread.length > 0 && { unread: [...unread].sort(compareText) }),
    files: sorted(files, lines),
  };
}

function sorted<Entry>(entries: ReadonlyMap<string, Entry>, print: (entry: Entry) => unknown): object {
  const printed = [...entries].map(([key, entry]) => [key, print(entry)] as const);
  return Object.fromEntries(printed.sort(([a], [b]) => compareText(a, b)));
}

/** Why a text is not a lock file. */
class InvalidLock extends Error {}

const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
const SHA256 = /^[0-9a-f]{64}$/;
const DIGEST = /^sha256:[0-9a-f]{64}$/;

function lockOf(value: unknown): LockFile {
  const { lockVersion, code, files, images } = mapAt(value, "the file");
  if (lockVersion !== LOCK_VERSION) {
    throw new InvalidLock(`its \`lockVersion\` is not ${LOCK_VERSION}, the only version that this Modelwright reads`);
  }
  const lock: LockFile = {
    code: entriesOf(code, "code", (entry, where) => {
      const python = entry["python"] === undefined ? {} : { python: pythonOf(mapAt(entry["python"], where), where) };
      return { commit: textAt(entry["commit"], COMMIT, `${where}.commit`), ...python };
    }),
    files: entriesOf(files, "files", ({ sha256, bytes }, where) => {
      if (!Number.isSafeInteger(bytes) || Number(bytes) < 0) throw new InvalidLock(`${where}.bytes is not a size`);
      return { sha256: textAt(sha256, SHA256, `${where}.sha256`), bytes: Number(bytes) };
    }),
    images: entriesOf(images, "images", ({ digest }, where) => ({
      digest: textAt(digest, DIGEST, `${where}.digest`),
    })),
  };
  if (linesIn(lock) > MAX_ALL_LINES) throw new InvalidLock(`its Python has more than ${MAX_ALL_LINES} lines`);
  return lock;
}

/** The lines of the texts that the declarations are put into. */
function linesIn({ code }: LockFile): number {
  let count = 0;
  for (const { python } of code.values())
    for (const lines of python?.files.values() ?? []) {
      let last = 0;
      for (const number of lines.keys()) last = Math.max(last, number);
      count += last;
    }
  return count;
}

function pythonOf({ entrypoints, unread = [], files }: Fields, where: string): LockedPython {
  const read = entriesOf(files, `${where}.python.files`, (lines, at) => {
    const numbered = Object.entries(lines).map(([number, line]) => [Number(number), line] as const);
    return new Map(numbered.map(([number, line]) => [lineNumber(number, at), lineText(line, at)]));
  });
  for (const path of read.keys()) {
    const parts = path.split("/");
    if (parts.some((part) => part === "" || part === "." || part === ".."))
      throw new InvalidLock(`${where}.python.files has a path that leaves the repository`);
  }
  return {
    entrypoints: namesAt(entrypoints, `${where}.python.entrypoints`),
    unread: namesAt(unread, `${where}.python.unread`),
    files: read,
  };
}

function namesAt(value: unknown, where: string): readonly string[] {
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
  throw new InvalidLock(`${where} is not a list of texts`);
}

/** No Python file has more lines. The text that the lines are put into has as many. */
const MAX_LINES = 100_000;

/** Each line takes memory even if it is empty, so a small file must not declare many of them. */
const MAX_ALL_LINES = 5_000_000;

function lineNumber(number: number, where: string): number {
  if (Number.isInteger(number) && number >= 1 && number <= MAX_LINES) return number;
  throw new InvalidLock(`${where} has a key that is not the number of a line`);
}

function lineText(line: unknown, where: string): string {
  if (typeof line === "string" && !/[\r\n]/.test(line)) return line;
  throw new InvalidLock(`${where} has a value that is not one line of text`);
}

type Fields = Readonly<Record<string, unknown>>;

function mapAt(value: unknown, where: string): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw new InvalidLock(`${where} is not an object`);
}

function entriesOf<Entry>(
  value: unknown,
  where: string,
  read: (fields: Fields, where: string) => Entry,
): Map<string, Entry> {
  const entries = Object.entries(mapAt(value ?? {}, where));
  return new Map(entries.map(([key, entry]) => [key, read(mapAt(entry, where), where)]));
}

function textAt(value: unknown, form: RegExp, where: string): string {
  if (typeof value === "string" && form.test(value)) return value;
  throw new InvalidLock(`an entry of ${where} is not valid`);
}

// The driver for files of SSH servers.
import { randomUUID } from "node:crypto";
import { decodePercent } from "../../base/address.ts";
import { found, problem, type Result } from "../../base/result.ts";
import { NO_PASSWORD, parseSshUrl, type SshTarget } from "../../system/ssh.ts";
import {
  type Answer,
  type Driver,
  type Failed,
  type OpenFile,
  refusal,
  type StorageRequest,
  TransferError,
  type Upload,
  type UploadSource,
  type Validator,
  type Want,
} from "./driver.ts";
import { type FolderItem, listFolders } from "./list-folders.ts";
import { type Field, PACKET } from "./sftp-packets.ts";
import { openSession, type Reply, type SftpSession } from "./sftp-session.ts";
import { partsOf } from "./upload.ts";

interface SftpAddress {
  readonly target: SshTarget;
  readonly path: string;
}

const INVALID = "is not a valid URL: write `sftp://user@host/path`";

/** Reads `sftp://user@host:port/path`. The path is absolute; `/~/` is the home folder. `%20` is a space. */
function readAddress({ url, credentials }: StorageRequest): Result<SftpAddress> {
  const parsed = parseSshUrl(url, INVALID);
  if (parsed.kind === "problem") return parsed;
  if (credentials !== undefined) return problem(NO_PASSWORD);
  const { target, path } = parsed.value;
  if (path === "") return problem(INVALID);
  const decoded = decodePercent(path);
  if (decoded.includes("\0")) return problem("contains a null character");
  return found({ target, path: decoded.replace(/^\/~\//, "") });
}

/** `sftp`, `ssh` and `scp`. They have no credentials: `ssh` knows the keys. */
export const sftp: Driver = (request, environment) => {
  const address = readAddress(request);
  if (address.kind === "problem") return address;
  const { path, target } = address.value;
  const fileOf =
    (name: string): OpenFile =>
    async (want, signal) => {
      try {
        const session = await openSession(target, environment, signal);
        const answer = await openFile(session, name, want);
        if (answer.kind !== "content") session.close();
        return answer;
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof TransferError) return error.failed;
        throw error;
      }
    };
  if (path !== "" && !path.endsWith("/")) {
    const upload: Upload = async (source, signal) => {
      const session = await openSession(target, environment, signal);
      try {
        await writeFile(session, path, source);
      } finally {
        session.close();
      }
    };
    return found({ kind: "file", open: fileOf(path), upload });
  }
  return found({
    kind: "folder",
    list: async function* (signal) {
      const session = await openSession(target, environment, signal);
      try {
        yield* listFolders((below) => readFolder(session, path + below));
      } finally {
        session.close();
      }
    },
    open: (below) => fileOf(path + below),
  });
};

/** The bits of a mode that contain the type of a file. */
const TYPE = 0o170000;
const FOLDER = 0o040000;
const REGULAR = 0o100000;
const LINK = 0o120000;

/** Links to files are followed. Links to folders are not, because they may lead in a circle. */
async function readFolder(session: SftpSession, path: string): Promise<readonly FolderItem[]> {
  const opened = await session.call(PACKET.opendir, path === "" ? "." : path);
  if (opened.type !== PACKET.handle) throw new TransferError(failureOf(opened));
  const handle = Buffer.from(opened.fields.bytes());
  const items: FolderItem[] = [];
  for (;;) {
    const reply = await session.call(PACKET.readdir, handle);
    if (reply.type !== PACKET.name) {
      const failed = failureOf(reply);
      if (failed !== CHANGED) throw new TransferError(failed);
      break; // the end of the folder
    }
    for (let left = reply.fields.number(); left > 0; left--) {
      const name = reply.fields.bytes().toString("utf8");
      reply.fields.bytes(); // a line for people
      const attributes = reply.fields.attributes();
      const isLink = ((attributes.mode ?? 0) & TYPE) === LINK;
      const linked = isLink ? await session.call(PACKET.stat, path + name) : undefined;
      const { mode = 0, size = 0 } = linked?.type === PACKET.attributes ? linked.fields.attributes() : attributes;
      const kind = (mode & TYPE) === REGULAR ? "file" : (mode & TYPE) === FOLDER && !isLink ? "folder" : "other";
      items.push({ name, kind, size });
    }
    if (items.length > MAX_ITEMS) throw new TransferError(refusal("a folder has too many files"));
  }
  await session.call(PACKET.close, handle);
  return items;
}

/** The maximum number of items of one folder. */
const MAX_ITEMS = 1_000_000;

/** How many bytes one request asks for, and how many requests are sent before the first reply. These are the numbers of `sftp`. */
const READ_SIZE = 32_768;
const READS = 64;

const END_OF_FILE = 1;

async function openFile(session: SftpSession, path: string, want: Want): Promise<Answer> {
  const opened = await session.call(PACKET.open, path, 1, 0);
  if (opened.type !== PACKET.handle) return failureOf(opened);
  const handle = Buffer.from(opened.fields.bytes());
  const state = await session.call(PACKET.fstat, handle);
  if (state.type !== PACKET.attributes) return failureOf(state);
  const { size, mode, modified } = state.fields.attributes();
  if (size === undefined) return refusal("the server does not know the size of the file");
  if (mode !== undefined && (mode & TYPE) === FOLDER) return refusal("it is a folder; end its URL with `/`");
  const validator: Validator = { header: "etag", value: `"${size}-${modified ?? ""}"` };
  const isSame = want.kind !== "whole" && want.validator.value === validator.value;
  if (want.kind === "changes" && isSame) return { kind: "unchanged" };
  const from = want.kind === "rest" && isSame ? want.from : 0;
  const end = want.kind === "rest" && isSame ? Math.min(size, want.end ?? size) : size;
  return {
    kind: "content",
    from,
    end,
    total: size,
    validator,
    hasRanges: false,
    chunks: chunksOf(session, handle, from, end),
  };
}

/** Reads with many requests at the same time, because each takes a round trip. */
async function* chunksOf(
  session: SftpSession,
  handle: Uint8Array,
  from: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  const read = (start: number, length: number) => {
    const reply = session.call(PACKET.read, handle, BigInt(start), length);
    reply.catch(() => {}); // the one that is awaited first reports it
    return { start, length, reply };
  };
  const reads: ReturnType<typeof read>[] = [];
  let next = from;
  try {
    while (next < end || reads.length > 0) {
      for (; next < end && reads.length < READS; next += READ_SIZE)
        reads.push(read(next, Math.min(READ_SIZE, end - next)));
      const first = reads.shift();
      if (first === undefined) return;
      const reply = await first.reply;
      if (reply.type !== PACKET.data) throw new TransferError(failureOf(reply));
      const bytes = reply.fields.bytes();
      if (bytes.length === 0 || bytes.length > first.length) throw new TransferError(CHANGED);
      if (bytes.length < first.length) reads.unshift(read(first.start + bytes.length, first.length - bytes.length));
      yield bytes;
    }
  } finally {
    session.close();
  }
}

const CHANGED: Failed = { kind: "failed", message: "the file changed while it was downloaded", retry: "from-start" };

/** The flags of `open`: write, create, and fail if it exists. */
const CREATE = 0x02 | 0x08 | 0x20;

/** Writes a temporary file, which then takes the place of the file. */
async function writeFile(session: SftpSession, path: string, source: UploadSource): Promise<void> {
  const call = async (type: number, ...fields: readonly Field[]): Promise<Reply> => {
    const reply = await session.call(type, ...fields);
    const isGood = reply.type === PACKET.handle || (reply.type === PACKET.status && reply.fields.number() === 0);
    if (!isGood) throw new TransferError(reply.type === PACKET.status ? WRITE_REFUSED : failureOf(reply));
    return reply;
  };
  const temporary = `${path}.${randomUUID()}.tmp`;
  const handle = Buffer.from((await call(PACKET.open, temporary, CREATE, 0)).fields.bytes());
  try {
    for await (const { from, bytes } of partsOf(source)) {
      const writes: Promise<Reply>[] = [];
      for (let at = 0; at < bytes.length; at += READ_SIZE)
        writes.push(call(PACKET.write, handle, BigInt(from + at), bytes.subarray(at, at + READ_SIZE)));
      await Promise.all(writes);
    }
    await call(PACKET.close, handle);
    // Only the extension of OpenSSH replaces an existing file.
    await call(PACKET.extended, "posix-rename@openssh.com", temporary, path);
  } catch (error) {
    await session.call(PACKET.remove, temporary).catch(() => {});
    throw error;
  }
}

const WRITE_REFUSED = refusal("the server did not allow to write the file");

/** What a status means: https://datatracker.ietf.org/doc/html/draft-ietf-secsh-filexfer-02#section-7 */
export function failureOf({ type, fields }: Reply): Failed {
  const status = type === PACKET.status ? fields.number() : undefined;
  if (status === END_OF_FILE) return CHANGED;
  if (status === 2) return { ...refusal("the file does not exist on the server"), isMissing: true };
  if (status === 3) return refusal("the server denied access to the file");
  return { kind: "failed", message: `the server reported an error (SFTP status ${status ?? "unknown"})`, retry: true };
}

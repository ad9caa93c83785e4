// The driver for Hadoop file systems, by WebHDFS: https://hadoop.apache.org/docs/stable/hadoop-project-dist/hadoop-hdfs/WebHDFS.html
import { randomUUID } from "node:crypto";
import { decodePercent } from "../../base/address.ts";
import { found, problem } from "../../base/result.ts";
import {
  type Answer,
  type Driver,
  type OpenFile,
  refusal,
  TransferError,
  type Upload,
  type Validator,
  type Want,
} from "./driver.ts";
import { failureOf, type HttpRequest, type HttpService, httpFile, send, textAt, textOf } from "./http.ts";
import { escapeKey, isFolderKey, keyProblem } from "./key.ts";
import { type FolderItem, listFolders } from "./list-folders.ts";
import { partsOf, sendUpload } from "./upload.ts";

/** The port of WebHDFS. `hdfs` URLs have the port of another protocol. */
const PORT = "9870";

/** `hdfs` and `webhdfs`. Credentials are a user name, or a delegation token. */
export const hdfs: Driver = (request, environment) => {
  const [, scheme = "", user, host = "", port, path = ""] =
    /^([a-z]+):\/\/(?:([^@/]*)@)?(\[[\da-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?\/(.*)$/is.exec(request.url) ?? [];
  if (host === "") return problem("does not name a server: write `hdfs://HOST/PATH`");
  const reason = keyProblem(path);
  if (reason !== undefined) return problem(reason);
  const isWeb = scheme.toLowerCase() === "webhdfs";
  const base = `http://${host}:${isWeb && port !== undefined ? port : PORT}`;
  const given = request.credentials ?? (user === undefined ? environment["HADOOP_USER_NAME"] : decodePercent(user));
  const query =
    given === undefined ? "" : `&${isToken(given) ? "delegation" : "user.name"}=${encodeURIComponent(given)}`;
  const service: HttpService = {
    follows: false,
    authorize: async (sent) => found(sent),
    // The NameNode names the DataNode that has the file. Its address contains what authorizes the request.
    redirected: (sent, response) => {
      const location = response.headers.get("location");
      if (response.status !== 307 || location === null || !URL.canParse(location, sent.url)) return undefined;
      const next = new URL(location, sent.url);
      return /^https?:$/.test(next.protocol) ? { ...sent, url: next.href } : undefined;
    },
    errorCode: (body) => /"exception"\s*:\s*"(\w+)"/.exec(body)?.[1],
    access: () =>
      given === undefined ? "the request named no user; set `credentials` or HADOOP_USER_NAME" : undefined,
  };
  const urlOf = (name: string, operation: string): string =>
    `${base}/webhdfs/v1/${escapeKey(name)}?op=${operation}${query}`;
  const fileOf = (name: string) => openFile(service, (operation) => urlOf(name, operation), request);
  if (!isFolderKey(path)) return found({ kind: "file", open: fileOf(path), upload: uploadOf(service, path, urlOf) });
  const readFolder = async (name: string, signal: AbortSignal): Promise<readonly FolderItem[]> =>
    readFolderPage(await textAt(service, urlOf(name, "LISTSTATUS"), signal));
  return found({
    kind: "folder",
    list: (signal) => listFolders((below) => readFolder(path + below, signal)),
    open: (below) => fileOf(path + below),
  });
};

/** Writes a temporary file, which then takes the place of the file. */
function uploadOf(service: HttpService, path: string, urlOf: (name: string, operation: string) => string): Upload {
  return async (source, signal) => {
    const temporary = `${path}.${randomUUID()}.tmp`;
    const call = (method: HttpRequest["method"], name: string, operation: string, body?: Uint8Array) =>
      sendUpload(service, { method, url: urlOf(name, operation), headers: {}, ...(body && { body }) }, signal);
    try {
      await call("PUT", temporary, "CREATE&overwrite=true", new Uint8Array());
      for await (const { bytes } of partsOf(source)) await call("POST", temporary, "APPEND", bytes);
      await call("DELETE", path, "DELETE");
      await call("PUT", temporary, `RENAME&destination=${encodeURIComponent(`/${path}`)}`);
    } catch (error) {
      const remove: HttpRequest = { method: "DELETE", url: urlOf(temporary, "DELETE"), headers: {} };
      await send(service, remove, AbortSignal.timeout(5000)).catch(() => {});
      throw error;
    }
  };
}

function readFolderPage(json: string): readonly FolderItem[] {
  try {
    const items: readonly { pathSuffix: unknown; type: unknown; length: unknown }[] =
      JSON.parse(json).FileStatuses.FileStatus;
    return items.map(({ pathSuffix, type, length }) => ({
      name: String(pathSuffix),
      kind: type === "DIRECTORY" ? "folder" : type === "FILE" ? "file" : "other",
      size: Number(length),
    }));
  } catch {
    throw new TransferError(refusal("the server sent a list that cannot be read"));
  }
}

/** A delegation token is long; user names are not. */
function isToken(credentials: string): boolean {
  return credentials.length > 64;
}

/** WebHDFS has no ETag and no `Range`: the state of the file is asked for first, and an offset is a part of the URL. */
function openFile(
  service: HttpService,
  urlOf: (operation: string) => string,
  secrets: { readonly url: string },
): OpenFile {
  return async (want, signal) => {
    const sent = await send(service, { method: "GET", url: urlOf("GETFILESTATUS"), headers: {} }, signal);
    if (sent.kind === "failed") return sent;
    if (!sent.response.ok) return failureOf(service, sent.response);
    const state = stateOf(await textOf(sent.response, MAX_STATE));
    if (state === undefined) return { kind: "failed", message: "it is not a file of HDFS", retry: false };
    const { size } = state;
    const validator: Validator = { header: "etag", value: `"${size}-${state.modified}"` };
    const isSame = want.kind !== "whole" && want.validator.value === validator.value;
    if (want.kind === "changes" && isSame) return { kind: "unchanged" };
    const [from, end] = want.kind === "rest" && isSame ? [want.from, Math.min(want.end ?? size, size)] : [0, size];
    const whole: Want = { kind: "whole" };
    const operation = `OPEN&offset=${from}&length=${end - from}`;
    const answer: Answer = size === 0 ? empty() : await httpFile(service, urlOf(operation), secrets)(whole, signal);
    if (answer.kind !== "content") return answer;
    return { ...answer, from, end, total: size, validator, hasRanges: true };
  };
}

/** A DataNode refuses to send nothing. */
function empty(): Answer {
  const chunks = (async function* () {})();
  return { kind: "content", from: 0, end: 0, total: 0, validator: undefined, hasRanges: false, chunks };
}

/** The maximum size of the description of a file, in bytes. */
const MAX_STATE = 65_536;

function stateOf(json: string): { readonly size: number; readonly modified: number } | undefined {
  try {
    const { type, length, modificationTime } = JSON.parse(json).FileStatus;
    return type === "FILE" && Number.isSafeInteger(length)
      ? { size: length, modified: Number(modificationTime) }
      : undefined;
  } catch {
    return undefined;
  }
}

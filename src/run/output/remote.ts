// An output in a storage service. Rows are written to a file in the cache, as to any other output file, and uploaded at the end. So a
// run that was killed, or whose upload failed, can be continued.
import { createHash } from "node:crypto";
import { copyFile, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { withoutSecrets } from "../../base/address.ts";
import { found, problem, type Result } from "../../base/result.ts";
import { factsOf, schemeOf } from "../../base/schemes.ts";
import { cacheFolder } from "../../system/cache-folder.ts";
import type { Environment } from "../../system/environment.ts";
import { makePrivateFolder } from "../../system/private-folder.ts";
import { download } from "../acquire/download.ts";
import type { OutputSink } from "../api/options.ts";
import { type StoredFile, TransferError } from "../storage/driver.ts";
import { storageOf } from "../storage/drivers.ts";
import type { Output } from "./output.ts";

/** An output in a storage service. */
export interface RemoteOutput {
  /** How messages describe it. */
  readonly shown: string;
  /** The file of this machine that contains the rows until they are uploaded. */
  readonly path: string;
  readonly url: string;
  readonly cache: string;
  readonly storage: StoredFile;
}

/** Whether an output is a URL. Other outputs are paths, or not files at all. */
export function isRemoteOutput(to: string | OutputSink | undefined): to is string {
  return typeof to === "string" && factsOf(schemeOf(to)).data === "download";
}

/** Finds the storage of an output. Does not contact the server. */
export async function findRemoteOutput(url: string, environment: Environment): Promise<Result<RemoteOutput>> {
  const shown = `\`${withoutSecrets(url)}\``;
  const storage = await storageOf({ url }, environment);
  if (storage?.kind !== "value") return problem(`${shown} ${storage?.message ?? "cannot be written"}`);
  if (storage.value.kind === "folder") return problem(`${shown} is a folder; add the name of a file`);
  const cache = cacheFolder(environment);
  const path = join(cache, "outputs", createHash("sha256").update(url).digest("hex"), "rows.jsonl");
  try {
    const reason = makePrivateFolder(cache);
    if (reason !== undefined) return problem(`the cache folder cannot be used because ${reason}`);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  } catch (error) {
    return problem(`the cache cannot be written: ${(error as Error).message}`);
  }
  return found({ shown, path, url, cache, storage: storage.value });
}

/** Brings the rows of an earlier run here, unless this machine has rows that were not uploaded. */
export async function fetchEarlierRows(
  { shown, path, url, cache, storage }: RemoteOutput,
  limits: { readonly stallMs: number; readonly signal: AbortSignal },
): Promise<Result<undefined>> {
  if ((await stat(path).catch(() => undefined)) !== undefined) return found(undefined);
  let isMissing = false;
  const openFile: StoredFile["open"] = async (want, signal) => {
    const answer = await storage.open(want, signal);
    isMissing = answer.kind === "failed" && answer.isMissing === true;
    return answer;
  };
  const file = await download({ url, cache, open: openFile, retryMs: 500, onProgress: () => {}, ...limits });
  if (file.kind === "problem")
    return isMissing ? found(undefined) : problem(`${shown} cannot be continued: ${file.message}`);
  const copy = `${path}.copy`;
  await copyFile(file.value.path, copy);
  await rename(copy, path);
  return found(undefined);
}

/** The output with an upload at its end. If the run is stopped or the upload fails, the rows stay on this machine. */
export function withUpload(output: Output, remote: RemoteOutput, signal: AbortSignal): Output {
  const { shown, path, storage } = remote;
  let failure: string | undefined;
  return {
    ...output,
    close: async (isWhole) => {
      await output.close(isWhole);
      if (output.problem() !== undefined) return;
      failure = await upload(path, storage, signal);
      if (failure === undefined) return rm(path, { force: true });
      failure = `${shown} cannot be written: ${failure}; the rows are in \`${path}\`, and \`--resume\` uploads them`;
    },
    problem: () => output.problem() ?? failure,
  };
}

/** Why a file cannot be uploaded; `undefined` if it was. */
async function upload(path: string, storage: StoredFile, signal: AbortSignal): Promise<string | undefined> {
  if (signal.aborted) return "the run was stopped";
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const read = async (from: number, length: number): Promise<Uint8Array> =>
      (await file.read(Buffer.alloc(length), 0, length, from)).buffer;
    await storage.upload({ size, read }, signal);
    return undefined;
  } catch (error) {
    if (signal.aborted) return "the run was stopped";
    return error instanceof TransferError ? error.message : String((error as Error).message);
  } finally {
    await file.close();
  }
}

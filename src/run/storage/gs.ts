// The driver for Google Cloud Storage, by its JSON API.
import { found, problem } from "../../base/result.ts";
import { type Driver, type ListedFile, refusal, TransferError, type Upload } from "./driver.ts";
import { anonymous, findToken, givenToken } from "./gs-token.ts";
import { type HttpRequest, type HttpService, httpFile, listPages } from "./http.ts";
import { escapePart, isFolderKey, keyProblem } from "./key.ts";
import { renewing } from "./renewing.ts";
import { MAX_WHOLE, partsOf, sendUpload, wholeOf } from "./upload.ts";

/** `gs`. Credentials are the JSON of a key file, or an access token. An emulator gets no token of this machine. */
export const gs: Driver = (request, environment) => {
  const [, bucket = "", name = ""] = /^gs:\/\/([^/]*)\/?(.*)$/is.exec(request.url) ?? [];
  if (!/^[a-z\d][\w.-]{1,221}$/i.test(bucket)) return problem("does not name a bucket: write `gs://BUCKET/NAME`");
  const reason = keyProblem(name);
  if (reason !== undefined) return problem(reason);
  const emulator = environment["STORAGE_EMULATOR_HOST"];
  const base = !emulator
    ? "https://storage.googleapis.com"
    : /^https?:\/\//i.test(emulator)
      ? emulator
      : `http://${emulator}`;
  if (!URL.canParse(base)) return problem("cannot be fetched, because STORAGE_EMULATOR_HOST is not a valid URL");
  const { credentials } = request;
  const tokenOf = renewing(async (signal) => {
    if (credentials !== undefined) return givenToken(credentials, signal);
    return emulator ? anonymous() : findToken(environment, signal);
  });
  let source: string | undefined;
  const service: HttpService = {
    follows: false,
    authorize: async (sent, signal) => {
      const result = await tokenOf(signal);
      if (result.kind === "problem") return result;
      const { token } = result.value;
      source = result.value.source;
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      return found({ ...sent, url: new URL(base).origin + sent.url, headers: { ...sent.headers, ...headers } });
    },
    access: () => source,
  };
  const objects = `/storage/v1/b/${bucket}/o`;
  const fileOf = (key: string) => httpFile(service, `${objects}/${escapePart(key)}?alt=media`, request);
  if (!isFolderKey(name))
    return found({
      kind: "file",
      open: fileOf(name),
      upload: uploadOf(service, `/upload${objects}?name=${escapePart(name)}`),
    });
  const pageOf = (next: string | undefined): string =>
    `${objects}?prefix=${escapePart(name)}&maxResults=1000${next === undefined ? "" : `&pageToken=${escapePart(next)}`}`;
  return found({
    kind: "folder",
    list: (signal) => listPages(service, pageOf, (page) => readPage(page, name), signal),
    open: (path) => fileOf(name + path),
  });
};

/** The status of an upload that is not complete. */
const CONTINUE = 308;

/** https://cloud.google.com/storage/docs/performing-resumable-uploads */
function uploadOf(service: HttpService, url: string): Upload {
  return async (source, signal) => {
    if (source.size <= MAX_WHOLE) {
      const request: HttpRequest = {
        method: "POST",
        url: `${url}&uploadType=media`,
        headers: {},
        body: await wholeOf(source),
      };
      await sendUpload(service, request, signal);
      return;
    }
    const start: HttpRequest = {
      method: "POST",
      url: `${url}&uploadType=resumable`,
      headers: {},
      body: new Uint8Array(),
    };
    const place = (await sendUpload(service, start, signal)).headers.get("location") ?? "";
    if (!URL.canParse(place)) throw new TransferError(refusal("the server does not say where to upload the file"));
    const { pathname, search } = new URL(place);
    for await (const { from, bytes } of partsOf(source)) {
      const headers = { "content-range": `bytes ${from}-${from + bytes.length - 1}/${source.size}` };
      await sendUpload(service, { method: "PUT", url: pathname + search, headers, body: bytes }, signal, CONTINUE);
    }
  };
}

function readPage(json: string, prefix: string) {
  const { items = [], nextPageToken } = JSON.parse(json);
  const files: ListedFile[] = items.map(({ name, size }: { name: unknown; size: unknown }) => ({
    path: String(name).slice(prefix.length),
    size: Number(size),
  }));
  return { files, next: nextPageToken === undefined ? undefined : String(nextPageToken) };
}

// The driver for Azure Blob Storage.
import { createHmac } from "node:crypto";
import { found } from "../../base/result.ts";
import { readAzureAddress } from "./azure-address.ts";
import { findAzureToken } from "./azure-token.ts";
import type { Driver, Upload } from "./driver.ts";
import { type HttpRequest, type HttpService, httpFile, listPages } from "./http.ts";
import { escapeKey, isFolderKey } from "./key.ts";
import { renewing } from "./renewing.ts";
import { MAX_WHOLE, partsOf, sendUpload, wholeOf } from "./upload.ts";
import { xmlText } from "./xml.ts";

const VERSION = "2021-12-02";

/**
 * `azure`, `abfs` and `abfss`. Credentials are a connection string, `ACCOUNT:KEY`, a key, a shared access signature or an access
 * token.
 */
export const azure: Driver = (request, environment) => {
  const address = readAzureAddress(request, environment);
  if (address.kind === "problem") return address;
  const { account, endpoint, container, blob, secret } = address.value;
  const tokenOf = renewing((signal) => findAzureToken(environment, signal));
  let source = secret.kind === "identity" ? undefined : `the request had ${secret.source}`;
  const service: HttpService = {
    follows: false,
    authorize: async (sent, signal) => {
      const headers = { ...sent.headers, "x-ms-version": VERSION, "x-ms-date": new Date().toUTCString() };
      const placed: HttpRequest = { ...sent, url: endpoint + sent.url, headers };
      if (secret.kind === "key") return found(withSignature(placed, account, secret.key));
      if (secret.kind === "signature")
        return found({ ...placed, url: `${placed.url}${placed.url.includes("?") ? "&" : "?"}${secret.query}` });
      if (secret.kind === "token") return found(withToken(placed, secret.token));
      const token = await tokenOf(signal);
      if (token.kind === "problem") return token;
      source = token.value.source;
      return found(token.value.token === undefined ? placed : withToken(placed, token.value.token));
    },
    errorCode: (body) => xmlText(body, "Code"),
    access: () => source,
  };
  const fileOf = (name: string) => httpFile(service, `/${container}/${escapeKey(name)}`, request);
  if (!isFolderKey(blob))
    return found({ kind: "file", open: fileOf(blob), upload: uploadOf(service, `/${container}/${escapeKey(blob)}`) });
  const pageOf = (next: string | undefined): string => {
    const continued = next === undefined ? "" : `&marker=${encodeURIComponent(next)}`;
    return `/${container}?restype=container&comp=list&prefix=${encodeURIComponent(blob)}${continued}`;
  };
  return found({
    kind: "folder",
    list: (signal) => listPages(service, pageOf, (page) => readPage(page, blob), signal),
    open: (path) => fileOf(blob + path),
  });
};

/** https://learn.microsoft.com/rest/api/storageservices/understanding-block-blobs--append-blobs--and-page-blobs */
function uploadOf(service: HttpService, url: string): Upload {
  return async (source, signal) => {
    const put = (query: string, body: Uint8Array, headers = {}): Promise<Response> =>
      sendUpload(service, { method: "PUT", url: url + query, headers, body }, signal);
    if (source.size <= MAX_WHOLE) {
      await put("", await wholeOf(source), { "x-ms-blob-type": "BlockBlob" });
      return;
    }
    let list = "";
    for await (const { number, bytes } of partsOf(source)) {
      const id = Buffer.from(String(number).padStart(6, "0")).toString("base64");
      await put(`?comp=block&blockid=${encodeURIComponent(id)}`, bytes);
      list += `<Latest>${id}</Latest>`;
    }
    await put("?comp=blocklist", Buffer.from(`<?xml version="1.0" encoding="utf-8"?><BlockList>${list}</BlockList>`));
  };
}

function readPage(xml: string, prefix: string) {
  if (!xml.includes("<EnumerationResults")) throw new TypeError("not a list");
  const files = [...xml.matchAll(/<Blob>(.*?)<\/Blob>/gs)].map(([, item = ""]) => {
    // A name with characters that XML cannot contain is encoded.
    const encoded = /<Name Encoded="true">([^<]*)<\/Name>/.exec(item)?.[1];
    const name = encoded === undefined ? (xmlText(item, "Name") ?? "") : decodeURIComponent(encoded);
    return { path: name.slice(prefix.length), size: Number(xmlText(item, "Content-Length")) };
  });
  return { files, next: xmlText(xml, "NextMarker") };
}

function withToken(request: HttpRequest, token: string): HttpRequest {
  return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
}

/** The headers that are part of a signature, in this order. */
const SIGNED = [
  ...["content-encoding", "content-language", "content-length", "content-md5", "content-type", "date"],
  ...["if-modified-since", "if-match", "if-none-match", "if-unmodified-since", "range"],
];

/** https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key */
function withSignature(request: HttpRequest, account: string, key: string): HttpRequest {
  const { method, url, headers, body } = request;
  const { pathname, searchParams } = new URL(url);
  const length = body === undefined || body.length === 0 ? {} : { "content-length": String(body.length) };
  const values = { ...headers, ...length } as Readonly<Record<string, string>>;
  const own = Object.keys(headers)
    .filter((name) => name.startsWith("x-ms-"))
    .sort();
  const text = [
    method,
    ...SIGNED.map((name) => values[name] ?? ""),
    ...own.map((name) => `${name}:${headers[name]}`),
    `/${account}${pathname}`,
    ...[...searchParams].map(([name, value]) => `${name.toLowerCase()}:${value}`).sort(),
  ].join("\n");
  const signature = createHmac("sha256", Buffer.from(key, "base64")).update(text, "utf8").digest("base64");
  return { ...request, headers: { ...headers, authorization: `SharedKey ${account}:${signature}` } };
}

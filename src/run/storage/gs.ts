// The driver for Google Cloud Storage, by its JSON API.
import { found, problem } from "../../base/result.ts";
import type { Driver, ListedFile } from "./driver.ts";
import { anonymous, findToken, givenToken } from "./gs-token.ts";
import { type HttpService, httpFile, listPages } from "./http.ts";
import { escapePart, isFolderKey, keyProblem } from "./key.ts";
import { renewing } from "./renewing.ts";

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
  if (!isFolderKey(name)) return found({ kind: "file", open: fileOf(name) });
  const pageOf = (next: string | undefined): string =>
    `${objects}?prefix=${escapePart(name)}&maxResults=1000${next === undefined ? "" : `&pageToken=${escapePart(next)}`}`;
  return found({
    kind: "folder",
    list: (signal) => listPages(service, pageOf, (page) => readPage(page, name), signal),
    open: (path) => fileOf(name + path),
  });
};

function readPage(json: string, prefix: string) {
  const { items = [], nextPageToken } = JSON.parse(json);
  const files: ListedFile[] = items.map(({ name, size }: { name: unknown; size: unknown }) => ({
    path: String(name).slice(prefix.length),
    size: Number(size),
  }));
  return { files, next: nextPageToken === undefined ? undefined : String(nextPageToken) };
}

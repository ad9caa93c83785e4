// The driver for files of web servers.
import { decodePercent } from "../../base/address.ts";
import { found, problem } from "../../base/result.ts";
import type { Driver, Upload } from "./driver.ts";
import { type HttpRequest, type HttpService, httpFile } from "./http.ts";
import { sendUpload, wholeOf } from "./upload.ts";

/** `http` and `https`. Credentials are `user:password` or a token. `fetch` does not send them to another server after a redirect. */
export const web: Driver = (request) => {
  if (!URL.canParse(request.url)) return problem("is not a valid URL");
  const address = new URL(request.url);
  // `fetch` rejects a URL that contains credentials.
  const inside = address.username === "" ? undefined : decodePercent(`${address.username}:${address.password}`);
  address.username = "";
  address.password = "";
  const secret = request.credentials ?? inside;
  const service: HttpService = {
    follows: true,
    authorize: async (sent) =>
      found(
        secret === undefined ? sent : { ...sent, headers: { ...sent.headers, authorization: authorization(secret) } },
      ),
  };
  const upload: Upload = async (source, signal) => {
    const put: HttpRequest = { method: "PUT", url: address.href, headers: {}, body: await wholeOf(source) };
    await sendUpload(service, put, signal);
  };
  return found({ kind: "file", open: httpFile(service, address.href, request), upload });
};

function authorization(secret: string): string {
  return secret.includes(":") ? `Basic ${Buffer.from(secret).toString("base64")}` : `Bearer ${secret}`;
}

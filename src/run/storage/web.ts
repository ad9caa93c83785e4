// The driver for files of web servers.
import { decodePercent } from "../../base/address.ts";
import { found, problem } from "../../base/result.ts";
import type { Driver } from "./driver.ts";
import { type HttpService, httpFile } from "./http.ts";

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
  return found({ kind: "file", open: httpFile(service, address.href, request) });
};

function authorization(secret: string): string {
  return secret.includes(":") ? `Basic ${Buffer.from(secret).toString("base64")}` : `Bearer ${secret}`;
}

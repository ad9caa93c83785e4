// fake-gcs-server, which checks no tokens. So a gate in front of it does, and issues them. The driver sends an emulator no token of
// this machine, so these tokens are searched for here and then given as credentials.
import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, request as send } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { findToken } from "../../../src/run/storage/gs-token.ts";
import { temporaryFolder } from "../../temporary.ts";
import { standIn, startIssuer } from "./issuer.ts";
import {
  type Access,
  freePort,
  mustSend,
  type ServerKind,
  type StorageServer,
  startServer,
  toolPath,
} from "./start.ts";

const BUCKET = "harbour";
const OPEN = "open-harbour";
const TOKEN = "ya29.token-of-the-gate";

const server = toolPath("bin/fake-gcs-server");

export const GS: ServerKind = {
  scheme: "gs",
  needs: "fake-gcs-server",
  start: server === undefined ? undefined : () => start(server),
};

const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});

/** Whether a request for a token contains the refresh token, or a statement that the service account has signed. */
function isKnown(form: URLSearchParams): boolean {
  if (form.get("grant_type") === "refresh_token")
    return form.get("refresh_token") === "refresh" && form.get("client_secret") === "hidden";
  const [head = "", claims = "", signature = ""] = (form.get("assertion") ?? "").split(".");
  const { iss, scope } = JSON.parse(Buffer.from(claims, "base64url").toString() || "{}");
  const isSigned = verify(
    "RSA-SHA256",
    Buffer.from(`${head}.${claims}`),
    createPublicKey(publicKey),
    Buffer.from(signature, "base64url"),
  );
  return isSigned && iss === "reader@example.org" && String(scope).includes("devstorage");
}

async function start(program: string): Promise<StorageServer> {
  const port = await freePort();
  const stop = await startServer(port, [
    program,
    "-scheme",
    "http",
    "-host",
    "127.0.0.1",
    "-port",
    String(port),
    "-backend",
    "memory",
  ]);
  const base = `http://127.0.0.1:${port}`;
  for (const name of [BUCKET, OPEN])
    await mustSend(`${base}/storage/v1/b`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name }),
    });
  const gate = createServer((request, response) => {
    const { url = "", headers, method } = request;
    if (url === "/token") {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        const isGood = isKnown(new URLSearchParams(body));
        response.writeHead(isGood ? 200 : 401).end(JSON.stringify({ access_token: TOKEN, expires_in: 3600 }));
      });
    } else if (headers.authorization !== `Bearer ${TOKEN}` && !url.startsWith(`/storage/v1/b/${OPEN}/o/`)) {
      response.writeHead(headers.authorization === undefined ? 401 : 403).end("{}");
    } else {
      const passed = send({ port, host: "127.0.0.1", path: url, method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
        response.on("close", () => answer.destroy());
      });
      passed.on("error", () => response.destroy());
      request.pipe(passed);
    }
  });
  await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", resolve));
  // https://cloud.google.com/compute/docs/access/authenticate-workloads#applications
  const machine = await startIssuer(({ method, path, headers }) => {
    const isToken = path === "/computeMetadata/v1/instance/service-accounts/default/token";
    const isGood = method === "GET" && isToken && headers["metadata-flavor"] === "Google";
    const isForwarded = headers["x-forwarded-for"] !== undefined;
    return isGood && !isForwarded
      ? JSON.stringify({ access_token: TOKEN, expires_in: 3599, token_type: "Bearer" })
      : undefined;
  });
  const put = async (bucket: string, name: string, content: Uint8Array): Promise<void> => {
    const query = new URLSearchParams({ uploadType: "media", name });
    await mustSend(`${base}/upload/storage/v1/b/${bucket}/o?${query}`, { method: "POST", body: content });
  };
  const { port: gatePort } = gate.address() as AddressInfo;
  return {
    port: gatePort,
    url: (name) => `gs://${BUCKET}/${name}`,
    put: (name, content) => put(BUCKET, name, content),
    open: {
      url: (name) => `gs://${OPEN}/${name}`,
      put: (name, content) => put(OPEN, name, content),
      environment: {
        ...{ PATH: "/nonexistent", HOME: "/nonexistent" },
        STORAGE_EMULATOR_HOST: `http://127.0.0.1:${gatePort}`,
      },
    },
    otherTool: async (name, to) => {
      const url = `http://127.0.0.1:${gatePort}/storage/v1/b/${BUCKET}/o/${name}?alt=media`;
      return ["curl", "-sf", "-o", to, "-H", `Authorization: Bearer ${TOKEN}`, url];
    },
    ignoresConditions: true,
    missing: /status 404 Not Found$/,
    access: async (proxied) => {
      const at = `http://127.0.0.1:${proxied}`;
      const home = temporaryFolder();
      const nothing = { PATH: "/nonexistent", HOME: "/nonexistent", STORAGE_EMULATOR_HOST: at };
      const account = JSON.stringify({
        type: "service_account",
        client_email: "reader@example.org",
        private_key: privateKey,
        private_key_id: "1",
        token_uri: `${at}/token`,
      });
      const user = { type: "authorized_user", client_id: "id", client_secret: "hidden", refresh_token: "refresh" };
      mkdirSync(join(home, ".config/gcloud"), { recursive: true });
      const own = join(home, ".config/gcloud/application_default_credentials.json");
      writeFileSync(own, JSON.stringify({ ...user, token_uri: `${at}/token` }));
      writeFileSync(join(home, "account.json"), account);
      const loggedIn = temporaryFolder();
      writeFileSync(join(loggedIn, "credentials.db"), "");
      const search = async (title: string, environment: Record<string, string>): Promise<Access> => {
        const found = await findToken({ ...nothing, ...environment }, new AbortController().signal);
        const credentials = found.kind === "problem" ? found.message : (found.value.value.token ?? "none was found");
        return { title, credentials, environment: nothing };
      };
      const gcloud = standIn("gcloud", "auth print-access-token --quiet", TOKEN);
      return {
        allowed: [
          { title: "an access token", credentials: TOKEN, environment: nothing },
          { title: "the key of a service account", credentials: account, environment: nothing },
          {
            title: "the refresh token of a user",
            credentials: JSON.stringify({ ...user, token_uri: `${at}/token` }),
            environment: nothing,
          },
          await search("the key file of a variable", { GOOGLE_APPLICATION_CREDENTIALS: join(home, "account.json") }),
          await search("the application default credentials", { HOME: home }),
          await search("the service account of a machine", { GCE_METADATA_HOST: new URL(machine.origin).host }),
          await search("the account of `gcloud` (a stand-in)", { CLOUDSDK_CONFIG: loggedIn, PATH: gcloud }),
        ],
        refused: [
          {
            title: "a wrong token",
            credentials: "ya29.wrong",
            environment: nothing,
            message: /status 403 Forbidden; the request had the token of the credentials of the definition$/,
          },
          {
            title: "no credentials",
            environment: nothing,
            message: /status 401 Unauthorized; no credentials were found, so the request was anonymous/,
          },
          {
            title: "a key of another type",
            credentials: '{"type":"external_account"}',
            environment: nothing,
            message: /^the credentials of the definition are not of the type `service_account` or `authorized_user`$/,
          },
          {
            title: "a refresh token that was revoked",
            credentials: JSON.stringify({ ...user, refresh_token: "old", token_uri: `${at}/token` }),
            environment: nothing,
            message: /^the token service of Google responded with status 401$/,
          },
        ],
      };
    },
    close: () => {
      gate.closeAllConnections();
      gate.close();
      machine.close();
      stop();
    },
  };
}

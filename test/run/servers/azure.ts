// Azurite, which checks keys and signatures.
import { createHmac } from "node:crypto";
import { temporaryFolder } from "../../temporary.ts";
import { freePort, mustSend, type ServerKind, type StorageServer, startServer, toolPath } from "./start.ts";

const ACCOUNT = "harbour";
const CONTAINER = "images";
const KEY = createHmac("sha512", "any key will do").digest("base64");
const OTHER_KEY = createHmac("sha512", "another key").digest("base64");
const VERSION = "2021-12-02";

const azurite = toolPath("azurite/node_modules/.bin/azurite-blob");

export const AZURE: ServerKind = {
  scheme: "azure",
  needs: "Azurite",
  start: azurite === undefined ? undefined : () => start(azurite),
};

/** https://learn.microsoft.com/rest/api/storageservices/create-account-sas */
function accountSignature(key: string, permissions: string): string {
  const until = new Date(Date.now() + 3600_000).toISOString().replace(/\.\d+/, "");
  const text = [ACCOUNT, permissions, "b", "sco", "", until, "", "", VERSION, "", ""].join("\n");
  const sig = createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("base64");
  return new URLSearchParams({ sv: VERSION, ss: "b", srt: "sco", sp: permissions, se: until, sig }).toString();
}

async function start(program: string): Promise<StorageServer> {
  const port = await freePort();
  const folder = temporaryFolder();
  const options = ["--blobHost", "127.0.0.1", "--blobPort", String(port), "--location", folder];
  const flags = ["--skipApiVersionCheck", "--disableTelemetry", "--silent"];
  const stop = await startServer(port, [program, ...options, ...flags], { AZURITE_ACCOUNTS: `${ACCOUNT}:${KEY}` });
  const signature = accountSignature(KEY, "rwlacd");
  const base = `http://127.0.0.1:${port}/${ACCOUNT}`;
  const headers = { "x-ms-version": VERSION };
  for (const [name, more] of [
    [CONTAINER, {}],
    ["public", { "x-ms-blob-public-access": "container" }],
  ] as const)
    await mustSend(`${base}/${name}?restype=container&${signature}`, {
      method: "PUT",
      headers: { ...headers, ...more },
    });
  const put = async (container: string, name: string, content: Uint8Array): Promise<void> => {
    const path = name.split("/").map(encodeURIComponent).join("/");
    const blob = { ...headers, "x-ms-blob-type": "BlockBlob" };
    await mustSend(`${base}/${container}/${path}?${signature}`, { method: "PUT", headers: blob, body: content });
  };
  return {
    port,
    url: (name) => `azure://${CONTAINER}/${name}`,
    put: async (name, content) => {
      await put(CONTAINER, name, content);
    },
    otherTool: async (name, to) => ["curl", "-sf", "-o", to, `${base}/${CONTAINER}/${name}?${signature}`],
    missing: /status 404 BlobNotFound$/,
    access: async (proxied) => {
      const endpoint = `http://127.0.0.1:${proxied}/${ACCOUNT}`;
      const string = (more: string): string => `AccountName=${ACCOUNT};BlobEndpoint=${endpoint};${more}`;
      const nothing = { PATH: "/nonexistent", HOME: "/nonexistent" };
      const isAt = { ...nothing, AZURE_STORAGE_CONNECTION_STRING: string("") };
      return {
        allowed: [
          { title: "a connection string with a key", credentials: string(`AccountKey=${KEY}`), environment: nothing },
          {
            title: "a connection string in a variable",
            environment: { ...nothing, AZURE_STORAGE_CONNECTION_STRING: string(`AccountKey=${KEY}`) },
          },
          {
            title: "a connection string with a signature",
            credentials: string(`SharedAccessSignature=${accountSignature(KEY, "rl")}`),
            environment: nothing,
          },
          {
            title: "the key of a variable",
            environment: { ...isAt, AZURE_STORAGE_ACCOUNT: ACCOUNT, AZURE_STORAGE_KEY: KEY },
          },
          {
            title: "the signature of a variable",
            environment: {
              ...isAt,
              AZURE_STORAGE_ACCOUNT: ACCOUNT,
              AZURE_STORAGE_SAS_TOKEN: `?${accountSignature(KEY, "rl")}`,
            },
          },
        ],
        refused: [
          {
            title: "a wrong key",
            credentials: string(`AccountKey=${OTHER_KEY}`),
            environment: nothing,
            message: /status 403 AuthorizationFailure; the request had the key of the connection string$/,
          },
          {
            title: "a wrong signature",
            credentials: string(`SharedAccessSignature=${accountSignature(OTHER_KEY, "rl")}`),
            environment: nothing,
            message: /status 403 AuthorizationFailure; the request had the connection string$/,
          },
          {
            title: "no credentials",
            environment: isAt,
            message: /status 40[13] \w+; no credentials were found, so the request was anonymous/,
          },
        ],
      };
    },
    close: stop,
  };
}

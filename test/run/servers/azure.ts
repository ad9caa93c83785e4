// Azurite, which checks keys and signatures. It accepts tokens only with TLS, so a gate in front of it checks them.
import { createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../temporary.ts";
import { type Issuer, standIn, startGate, startIssuer } from "./issuer.ts";
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

const TOKEN = "eyJ.token-of-the-gate";

/** The servers of Azure that issue tokens, each as its documentation describes it. */
function startIdentity(): Promise<Issuer> {
  const resource = "resource=https%3A%2F%2Fstorage.azure.com%2F";
  const now = Math.floor(Date.now() / 1000);
  return startIssuer(({ method, path, headers, form }) => {
    // https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
    if (path === `/msi/token?api-version=2019-08-01&${resource}&client_id=of-the-user`)
      return method === "GET" && headers["x-identity-header"] === "of-the-service"
        ? JSON.stringify({ access_token: TOKEN, expires_on: String(now + 3600), token_type: "Bearer" })
        : undefined;
    // https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
    if (path === `/metadata/identity/oauth2/token?api-version=2018-02-01&${resource}`)
      return method === "GET" && headers["metadata"] === "true" && headers["x-forwarded-for"] === undefined
        ? JSON.stringify({ access_token: TOKEN, expires_in: "3599", expires_on: String(now + 3599) })
        : undefined;
    // https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
    const { scope, grant_type, client_id, client_secret, client_assertion, client_assertion_type } = form;
    const isFederated =
      client_assertion_type === "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" &&
      client_assertion === "of.the.pod" &&
      client_secret === undefined;
    const isGood = scope === "https://storage.azure.com/.default" && grant_type === "client_credentials";
    return path === "/tenant/oauth2/v2.0/token" && method === "POST" && isGood && client_id === "application"
      ? isFederated || (client_secret === "of-the-application" && client_assertion === undefined)
        ? JSON.stringify({ access_token: TOKEN, expires_in: 3599, token_type: "Bearer" })
        : undefined
      : undefined;
  });
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
  const gate = await startGate(async (path, authorization) => {
    if (authorization !== `Bearer ${TOKEN}`) return undefined;
    return fetch(`${new URL(base).origin}${path}${path.includes("?") ? "&" : "?"}${signature}`);
  });
  const identity = await startIdentity();
  const put = async (container: string, name: string, content: Uint8Array): Promise<void> => {
    const path = name.split("/").map(encodeURIComponent).join("/");
    const blob = { ...headers, "x-ms-blob-type": "BlockBlob" };
    await mustSend(`${base}/${container}/${path}?${signature}`, { method: "PUT", headers: blob, body: content });
  };
  return {
    port,
    url: (name) => `azure://${CONTAINER}/${name}`,
    put: (name, content) => put(CONTAINER, name, content),
    open: {
      url: (name) => `azure://public/${name}`,
      put: (name, content) => put("public", name, content),
      environment: {
        ...{ PATH: "/nonexistent", HOME: "/nonexistent" },
        AZURE_STORAGE_CONNECTION_STRING: `AccountName=${ACCOUNT};BlobEndpoint=${base}`,
      },
    },
    otherTool: async (name, to) => ["curl", "-sf", "-o", to, `${base}/${CONTAINER}/${name}?${signature}`],
    missing: /status 404 BlobNotFound$/,
    access: async (proxied) => {
      const endpoint = `http://127.0.0.1:${proxied}/${ACCOUNT}`;
      const string = (more: string): string => `AccountName=${ACCOUNT};BlobEndpoint=${endpoint};${more}`;
      const nothing = { PATH: "/nonexistent", HOME: "/nonexistent" };
      const isAt = { ...nothing, AZURE_STORAGE_CONNECTION_STRING: string("") };
      const withToken = {
        ...nothing,
        AZURE_STORAGE_CONNECTION_STRING: `AccountName=${ACCOUNT};BlobEndpoint=${gate.origin}/${ACCOUNT}`,
      };
      const application = {
        ...{ AZURE_AUTHORITY_HOST: `${identity.origin}/`, AZURE_TENANT_ID: "tenant", AZURE_CLIENT_ID: "application" },
        ...withToken,
      };
      const tokenFile = join(temporaryFolder(), "token");
      writeFileSync(tokenFile, "of.the.pod\n");
      const service = { IDENTITY_ENDPOINT: `${identity.origin}/msi/token`, AZURE_CLIENT_ID: "of-the-user" };
      const az = standIn(
        "az",
        "account get-access-token --resource https://storage.azure.com --output json",
        JSON.stringify({ accessToken: TOKEN, expiresOn: "2099-01-01 00:00:00.000000", tokenType: "Bearer" }),
      );
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
          {
            title: "an application with a secret",
            environment: { ...application, AZURE_CLIENT_SECRET: "of-the-application" },
          },
          {
            title: "a workload with a federated token",
            environment: { ...application, AZURE_FEDERATED_TOKEN_FILE: tokenFile },
          },
          {
            title: "the managed identity of a service",
            environment: { ...withToken, ...service, IDENTITY_HEADER: "of-the-service" },
          },
          {
            title: "the managed identity of a machine",
            environment: { ...withToken, AZURE_POD_IDENTITY_AUTHORITY_HOST: identity.origin },
          },
          { title: "the account of `az` (a stand-in)", environment: { ...withToken, PATH: az } },
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
            title: "an application with a wrong secret",
            environment: { ...application, AZURE_CLIENT_SECRET: "of-another" },
            message: /^the token service of Azure responded with status 400$/,
          },
          {
            title: "a token service without encryption",
            environment: {
              ...{ ...application, AZURE_FEDERATED_TOKEN_FILE: tokenFile },
              AZURE_AUTHORITY_HOST: "http://192.0.2.1",
            },
            message: /^AZURE_AUTHORITY_HOST must be an `https` URL, or name this machine$/,
          },
          {
            title: "a workload without its file",
            environment: { ...application, AZURE_FEDERATED_TOKEN_FILE: "/nonexistent" },
            message: /^the file of AZURE_FEDERATED_TOKEN_FILE cannot be read$/,
          },
          {
            title: "a managed identity with a wrong header",
            environment: { ...withToken, ...service, IDENTITY_HEADER: "of-another" },
            message: /^the identity server of the machine responded with status 400$/,
          },
          {
            title: "no credentials",
            environment: isAt,
            message: /status 40[13] \w+; no credentials were found, so the request was anonymous/,
          },
        ],
      };
    },
    close: () => {
      for (const each of [gate, identity]) each.close();
      stop();
    },
  };
}

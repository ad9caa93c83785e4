// URLs of files in Azure Blob Storage, and the account that they belong to.
import { found, problem, type Result } from "../../base/result.ts";
import type { Environment } from "../../system/environment.ts";
import type { StorageRequest } from "./driver.ts";
import { keyProblem } from "./key.ts";

/** How requests are authorized: with the key of the account, a shared access signature, a token, or what this machine has. */
export type AzureSecret =
  | { readonly kind: "key"; readonly key: string; readonly source: string }
  | { readonly kind: "signature"; readonly query: string; readonly source: string }
  | { readonly kind: "token"; readonly token: string; readonly source: string }
  | { readonly kind: "identity" };

export interface AzureAddress {
  readonly account: string;
  /** The address of the account, without a slash at the end. */
  readonly endpoint: string;
  readonly container: string;
  readonly blob: string;
  readonly secret: AzureSecret;
}

/** Hosts of Azure. A token of this machine is sent to no other host. */
const HOST = /^([a-z\d-]{3,63})\.(?:blob|dfs)\.(core\.(?:windows\.net|chinacloudapi\.cn|usgovcloudapi\.net))$/i;

/**
 * Reads `azure://CONTAINER/BLOB`, `azure://ACCOUNT.blob.core.windows.net/CONTAINER/BLOB` or
 * `abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/BLOB`. A shared access signature may follow as the query.
 */
export function readAzureAddress({ url, credentials }: StorageRequest, environment: Environment): Result<AzureAddress> {
  const [, authority = "", path = ""] = /^[a-z]+:\/\/([^/]*)\/?(.*)$/is.exec(url) ?? [];
  const [, name = "", query] = /^(.*?)(?:\?((?:[^?]*&)?sig=[^?]*))?$/is.exec(path) ?? [];
  const [before, after] = authority.includes("@") ? authority.split("@", 2) : [undefined, authority];
  const host = HOST.exec(after ?? "");
  if (host === null && (after?.includes(".") || before !== undefined))
    return problem("does not name an account of Azure: write `azure://ACCOUNT.blob.core.windows.net/CONTAINER/BLOB`");
  const named = host?.[1]?.toLowerCase();
  const [first = "", ...rest] = name.split("/");
  const inPath = host !== null && before === undefined;
  const container = before ?? (inPath ? first : authority);
  const blob = inPath ? rest.join("/") : name;
  if (!/^(?:\$root|\$web|[a-z\d][a-z\d-]{2,62})$/.test(container)) return problem("does not name a container of Azure");
  const reason = keyProblem(blob);
  if (reason !== undefined) return problem(reason);

  const given =
    connectionOf(credentials) ??
    (credentials ? undefined : connectionOf(environment["AZURE_STORAGE_CONNECTION_STRING"]));
  const account = named ?? given?.account ?? accountIn(credentials) ?? environment["AZURE_STORAGE_ACCOUNT"];
  if (account === undefined || !/^[a-z\d-]{3,63}$/i.test(account))
    return problem(
      "does not name an account: write `azure://ACCOUNT.blob.core.windows.net/CONTAINER/BLOB`, or set AZURE_STORAGE_ACCOUNT",
    );
  const isSame = given?.account === undefined || given.account === account;
  const endpoint =
    (isSame ? given?.endpoint : undefined) ??
    `https://${account}.blob.${host?.[2] ?? given?.suffix ?? "core.windows.net"}`;
  if (!/^https?:\/\//i.test(endpoint) || !URL.canParse(endpoint))
    return problem("belongs to an account whose `BlobEndpoint` is not a URL");
  const secret = (query === undefined ? undefined : signature(query, "the shared access signature of the URL")) ??
    (isSame ? given?.secret : undefined) ??
    (credentials === undefined ? inVariables(account, environment) : readSecret(credentials)) ?? { kind: "identity" };
  return found({ account, endpoint: endpoint.replace(/\/+$/, ""), container, blob, secret });
}

interface Connection {
  readonly account: string | undefined;
  readonly endpoint: string | undefined;
  readonly suffix: string | undefined;
  readonly secret: AzureSecret | undefined;
}

/** Reads a connection string: https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string */
function connectionOf(text: string | undefined): Connection | undefined {
  if (text === undefined || !/(?:^|;)\s*(?:AccountName|BlobEndpoint)=/i.test(text)) return undefined;
  const fields = new Map(
    text.split(";").map((part) => {
      const at = part.indexOf("=");
      return [part.slice(0, Math.max(at, 0)).trim().toLowerCase(), part.slice(at + 1).trim()] as const;
    }),
  );
  const source = "the connection string";
  const key = fields.get("accountkey");
  const query = fields.get("sharedaccesssignature");
  const endpoint = fields.get("blobendpoint");
  return {
    account: fields.get("accountname") ?? /^https?:\/\/([a-z\d-]+)\.blob\./i.exec(endpoint ?? "")?.[1],
    endpoint,
    suffix: fields.get("endpointsuffix"),
    secret: key ? { kind: "key", key, source: `the key of ${source}` } : query ? signature(query, source) : undefined,
  };
}

function signature(query: string, source: string): AzureSecret {
  return { kind: "signature", query: query.replace(/^\?/, ""), source };
}

/** `ACCOUNT:KEY` */
const ACCOUNT_AND_KEY = /^([a-z\d-]{3,63}):([A-Za-z\d+/]{40,}={0,2})$/;

function accountIn(credentials: string | undefined): string | undefined {
  return ACCOUNT_AND_KEY.exec(credentials?.trim() ?? "")?.[1];
}

function readSecret(credentials: string): AzureSecret {
  const text = credentials.trim();
  const source = "the credentials of the definition";
  if (/(?:^|[?&])sig=/.test(text)) return signature(text, source);
  const key = ACCOUNT_AND_KEY.exec(text)?.[2] ?? (/^[A-Za-z\d+/]{86}==$/.test(text) ? text : undefined);
  return key === undefined ? { kind: "token", token: text, source } : { kind: "key", key, source };
}

/** Variables belong to one account. */
function inVariables(account: string, environment: Environment): AzureSecret | undefined {
  const { AZURE_STORAGE_ACCOUNT, AZURE_STORAGE_KEY, AZURE_STORAGE_SAS_TOKEN } = environment;
  if (AZURE_STORAGE_ACCOUNT !== account) return undefined;
  if (AZURE_STORAGE_KEY) return { kind: "key", key: AZURE_STORAGE_KEY, source: "the key of AZURE_STORAGE_KEY" };
  return AZURE_STORAGE_SAS_TOKEN
    ? signature(AZURE_STORAGE_SAS_TOKEN, "the signature of AZURE_STORAGE_SAS_TOKEN")
    : undefined;
}

// Finds an access token for Azure Blob Storage, in the order of the Azure libraries (DefaultAzureCredential).
import { readFile } from "node:fs/promises";
import { problem } from "../../base/result.ts";
import type { Environment } from "../../system/environment.ts";
import { ask, expiryIn, fieldsOf, isMachineOf, isSafe } from "./ask.ts";
import { noToken, type TokenResult, tokenOf } from "./found-token.ts";
import { outputOf } from "./run-program.ts";

const RESOURCE = "https://storage.azure.com";

const ADVICE = "set `credentials` of the file or AZURE_STORAGE_CONNECTION_STRING, or run `az login`";

/** Searches for credentials. The first place that has some decides. */
export async function findAzureToken(environment: Environment, signal: AbortSignal): Promise<TokenResult> {
  return (
    (await ofApplication(environment, signal)) ??
    (await ofMachine(environment, signal)) ??
    (await ofProgram(environment, signal)) ??
    noToken(ADVICE)
  );
}

function tokenIn(json: string, place: string): TokenResult {
  const fields = fieldsOf(json);
  const token = fields.get("access_token") ?? fields.get("accessToken");
  if (!token) return problem(`${place} did not provide an access token`);
  // `az` prints `expires_on` since version 2.54, and always the local time.
  const seconds = fields.get("expires_on");
  const time = seconds === undefined ? Date.parse(fields.get("expiresOn") ?? "") : Number(seconds) * 1000;
  const expires = Number.isNaN(time) ? expiryIn(fields.get("expires_in")) : time;
  return tokenOf(place, token, expires);
}

/** A registered application, with a secret or a federated token such as that of Kubernetes. */
async function ofApplication(environment: Environment, signal: AbortSignal): Promise<TokenResult | undefined> {
  const { AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_FEDERATED_TOKEN_FILE } = environment;
  if (!AZURE_TENANT_ID || !AZURE_CLIENT_ID || !(AZURE_CLIENT_SECRET || AZURE_FEDERATED_TOKEN_FILE)) return undefined;
  const host = environment["AZURE_AUTHORITY_HOST"] || "https://login.microsoftonline.com";
  if (!isSafe(host)) return problem("AZURE_AUTHORITY_HOST must be an `https` URL, or name this machine");
  const form: Record<string, string> = {
    client_id: AZURE_CLIENT_ID,
    grant_type: "client_credentials",
    scope: `${RESOURCE}/.default`,
  };
  if (AZURE_CLIENT_SECRET) {
    form["client_secret"] = AZURE_CLIENT_SECRET;
  } else {
    const token = await readFile(AZURE_FEDERATED_TOKEN_FILE ?? "", "utf8").catch(() => undefined);
    if (token === undefined) return problem("the file of AZURE_FEDERATED_TOKEN_FILE cannot be read");
    form["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    form["client_assertion"] = token.trim();
  }
  const url = `${new URL(host).origin}/${encodeURIComponent(AZURE_TENANT_ID)}/oauth2/v2.0/token`;
  const answer = await ask({ url, shown: "the token service of Azure", method: "POST", form }, signal);
  return answer.kind === "value" ? tokenIn(answer.value, "the application of AZURE_CLIENT_ID") : answer;
}

/** The asset tag of all machines of Azure. */
const ASSET_TAG = "7783-7084-3265-9085-8269-3286-77";

async function ofMachine(environment: Environment, signal: AbortSignal): Promise<TokenResult | undefined> {
  const { AZURE_CLIENT_ID, IDENTITY_ENDPOINT, IDENTITY_HEADER } = environment;
  const which = AZURE_CLIENT_ID ? `&client_id=${encodeURIComponent(AZURE_CLIENT_ID)}` : "";
  const query = `resource=${encodeURIComponent(`${RESOURCE}/`)}${which}`;
  const place = "the managed identity";
  const shown = "the identity server of the machine";
  if (IDENTITY_ENDPOINT && IDENTITY_HEADER) {
    const headers = { "x-identity-header": IDENTITY_HEADER };
    const url = `${IDENTITY_ENDPOINT}?api-version=2019-08-01&${query}`;
    const answer = await ask({ url, shown, headers }, signal);
    return answer.kind === "value" ? tokenIn(answer.value, place) : answer;
  }
  const given = environment["AZURE_POD_IDENTITY_AUTHORITY_HOST"];
  if (!given && !(await isMachineOf(ASSET_TAG))) return undefined;
  const url = `${given || "http://169.254.169.254"}/metadata/identity/oauth2/token?api-version=2018-02-01&${query}`;
  const answer = await ask({ url, shown, headers: { metadata: "true" }, isMetadata: true }, signal);
  return answer.kind === "value" ? tokenIn(answer.value, place) : undefined;
}

async function ofProgram(environment: Environment, signal: AbortSignal): Promise<TokenResult | undefined> {
  const output = await outputOf(
    ["az", "account", "get-access-token", "--resource", RESOURCE, "--output", "json"],
    environment,
    signal,
  );
  return output?.kind === "value" ? tokenIn(output.value, "the account of `az`") : undefined;
}

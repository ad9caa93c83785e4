// Finds an access token for Google Cloud Storage, in the order of the Google Cloud libraries (Application Default Credentials).
import { sign } from "node:crypto";
import { access, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { problem } from "../../base/result.ts";
import type { Environment } from "../../system/environment.ts";
import { ask, expiryIn, fieldsOf, isMachineOf, isSafe, type Question } from "./ask.ts";
import { noToken, type TokenResult, tokenOf } from "./found-token.ts";
import { outputOf } from "./run-program.ts";

const SCOPE = "https://www.googleapis.com/auth/devstorage.read_write";

const ADVICE = "set `credentials` of the file, or GOOGLE_APPLICATION_CREDENTIALS";

/** The credentials of the definition: the JSON of a key file, or an access token. */
export async function givenToken(credentials: string, signal: AbortSignal): Promise<TokenResult> {
  const place = "the credentials of the definition";
  return credentials.trimStart().startsWith("{")
    ? ofKey(credentials, place, signal)
    : tokenFrom(place, credentials.trim(), undefined);
}

/** Searches for credentials. The first place that has some decides. */
export async function findToken(environment: Environment, signal: AbortSignal): Promise<TokenResult> {
  const named = environment["GOOGLE_APPLICATION_CREDENTIALS"];
  if (named) {
    const key = await readFile(named, "utf8").catch(() => undefined);
    if (key === undefined) return problem("the file of GOOGLE_APPLICATION_CREDENTIALS cannot be read");
    return ofKey(key, "the credentials of GOOGLE_APPLICATION_CREDENTIALS", signal);
  }
  const folder = environment["CLOUDSDK_CONFIG"] ?? join(environment["HOME"] || homedir(), ".config", "gcloud");
  const own = await readFile(join(folder, "application_default_credentials.json"), "utf8").catch(() => undefined);
  if (own !== undefined) return ofKey(own, "the application default credentials", signal);
  return (await ofMachine(environment, signal)) ?? (await ofProgram(folder, environment, signal)) ?? anonymous();
}

/** No token. */
export function anonymous(): TokenResult {
  return noToken(ADVICE);
}

function tokenFrom(place: string, token: string | undefined, expires: number | undefined): TokenResult {
  if (!token) return problem(`${place} do not contain an access token`);
  return tokenOf(place, token, expires);
}

/** The token for the content of a key file. */
async function ofKey(json: string, place: string, signal: AbortSignal): Promise<TokenResult> {
  const fields = fieldsOf(json);
  const type = fields.get("type");
  const url = fields.get("token_uri") ?? "https://oauth2.googleapis.com/token";
  if (!isSafe(url)) return problem(`${place} name a token service without https`);
  if (type === "service_account") {
    const assertion = assertionOf(fields, url);
    if (assertion === undefined) return problem(`${place} do not contain a private key`);
    return exchange(place, url, { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion }, signal);
  }
  if (type === "authorized_user") {
    const [client_id = "", client_secret = "", refresh_token = ""] = [
      "client_id",
      "client_secret",
      "refresh_token",
    ].map((name) => fields.get(name));
    return exchange(place, url, { grant_type: "refresh_token", client_id, client_secret, refresh_token }, signal);
  }
  return problem(`${place} are not of the type \`service_account\` or \`authorized_user\``);
}

/** A signed statement of a service account: https://developers.google.com/identity/protocols/oauth2/service-account */
function assertionOf(fields: ReadonlyMap<string, string>, audience: string): string | undefined {
  const now = Math.floor(Date.now() / 1000);
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { iss: fields.get("client_email"), scope: SCOPE, aud: audience, iat: now, exp: now + 3600 };
  const text = `${encode({ alg: "RS256", typ: "JWT", kid: fields.get("private_key_id") })}.${encode(claims)}`;
  try {
    return `${text}.${sign("RSA-SHA256", Buffer.from(text), fields.get("private_key") ?? "").toString("base64url")}`;
  } catch {
    return undefined;
  }
}

async function exchange(
  place: string,
  url: string,
  form: Question["form"] & {},
  signal: AbortSignal,
): Promise<TokenResult> {
  const answer = await ask({ url, shown: "the token service of Google", method: "POST", form }, signal);
  return answer.kind === "value" ? tokenIn(answer.value, place) : answer;
}

function tokenIn(json: string, place: string): TokenResult {
  const fields = fieldsOf(json);
  return tokenFrom(place, fields.get("access_token"), expiryIn(fields.get("expires_in")));
}

async function ofMachine(environment: Environment, signal: AbortSignal): Promise<TokenResult | undefined> {
  const given = environment["GCE_METADATA_HOST"];
  if (!given && !(await isMachineOf("google"))) return undefined;
  const url = `http://${given || "169.254.169.254"}/computeMetadata/v1/instance/service-accounts/default/token`;
  const headers = { "metadata-flavor": "Google" };
  const answer = await ask({ url, shown: "the metadata server of the machine", headers, isMetadata: true }, signal);
  return answer.kind === "value" ? tokenIn(answer.value, "the service account of the machine") : undefined;
}

/** The token of the user who is logged in with `gcloud`. The program is slow, so it is only started if it has a database. */
async function ofProgram(
  folder: string,
  environment: Environment,
  signal: AbortSignal,
): Promise<TokenResult | undefined> {
  const isUsed = await access(join(folder, "credentials.db")).then(
    () => true,
    () => false,
  );
  const output = isUsed
    ? await outputOf(["gcloud", "auth", "print-access-token", "--quiet"], environment, signal)
    : undefined;
  if (output?.kind !== "value") return undefined;
  return tokenFrom("the account of `gcloud`", output.value.trim(), Date.now() + 30 * 60 * 1000);
}

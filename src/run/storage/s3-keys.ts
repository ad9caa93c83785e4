// Finds the keys for S3, in the order of the AWS tools.
import { readFile } from "node:fs/promises";
import { found, problem, type Result } from "../../base/result.ts";
import type { Environment } from "../../system/environment.ts";
import { ask, fieldsOf, isMachineOf } from "./ask.ts";
import type { AwsProfile } from "./aws-profile.ts";
import type { Expiring } from "./renewing.ts";
import { outputOf } from "./run-program.ts";
import type { S3Keys } from "./sign-s3.ts";
import { xmlText } from "./xml.ts";

/** Keys, or none for an anonymous request, and where they come from. */
export interface FoundKeys {
  readonly keys: S3Keys | undefined;
  /** For messages. */
  readonly source: string;
}

export type KeysResult = Result<Expiring<FoundKeys>>;

interface Search {
  readonly environment: Environment;
  readonly profile: AwsProfile;
  readonly region: string;
  readonly signal: AbortSignal;
}

/** A place where keys may be; `undefined` if there are none. */
type Place = (search: Search) => Promise<KeysResult | undefined>;

const ANONYMOUS =
  "no credentials were found, so the request was anonymous; set `credentials` of the file, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";

/** The domain of the services in a region. */
export function domainOf(region: string): string {
  return region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
}

/** The keys of the definition: `KEY:SECRET` or `KEY:SECRET:TOKEN`. */
export function givenKeys(credentials: string): KeysResult {
  const [, accessKeyId = "", secretAccessKey = "", sessionToken] =
    /^([^:\s]+):([^:\s]+)(?::(\S+))?$/.exec(credentials.trim()) ?? [];
  if (accessKeyId === "") return problem("its credentials do not have the form `ACCESS_KEY_ID:SECRET_ACCESS_KEY`");
  return keysFrom("the credentials of the definition", { accessKeyId, secretAccessKey, sessionToken });
}

/** Searches for keys. The first place that has some decides. */
export async function findKeys(search: Search): Promise<KeysResult> {
  for (const place of PLACES) {
    const keys = await place(search);
    if (keys !== undefined) return keys;
  }
  return found({ value: { keys: undefined, source: ANONYMOUS }, expires: undefined });
}

interface WrittenKeys {
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
  readonly sessionToken?: string | undefined;
  readonly expiration?: string | undefined;
}

function keysFrom(place: string, written: WrittenKeys): KeysResult {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = written;
  if (!accessKeyId || !secretAccessKey) return problem(`${place} do not contain an access key`);
  const keys = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
  const time = Date.parse(expiration ?? "");
  const expires = Number.isNaN(time) ? undefined : time;
  return found({ value: { keys, source: `the request was signed with ${place}` }, expires });
}

/** The keys in the JSON that programs and metadata servers send. */
function keysInJson(place: string, json: string): KeysResult {
  const fields = fieldsOf(json);
  return keysFrom(place, {
    accessKeyId: fields.get("AccessKeyId"),
    secretAccessKey: fields.get("SecretAccessKey"),
    sessionToken: fields.get("SessionToken") ?? fields.get("Token"),
    expiration: fields.get("Expiration"),
  });
}

const inVariables: Place = async ({ environment }) => {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) return undefined;
  return keysFrom("the keys of AWS_ACCESS_KEY_ID", {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    sessionToken: AWS_SESSION_TOKEN,
  });
};

const inProfile: Place = async ({ environment, profile: { name, settings }, signal }) => {
  const place = `the keys of the AWS profile \`${name}\``;
  if (settings.has("aws_access_key_id")) {
    return keysFrom(place, {
      accessKeyId: settings.get("aws_access_key_id"),
      secretAccessKey: settings.get("aws_secret_access_key"),
      sessionToken: settings.get("aws_session_token"),
    });
  }
  const [program, ...args] = wordsOf(settings.get("credential_process") ?? "");
  if (program !== undefined) {
    const output = await outputOf([program, ...args], environment, signal);
    if (output === undefined)
      return problem(`the \`credential_process\` of the AWS profile \`${name}\` is not installed`);
    return output.kind === "value" ? keysInJson(place, output.value) : output;
  }
  const needsProgram = ["sso_session", "sso_start_url", "role_arn", "login_session"].some((key) => settings.has(key));
  if (!needsProgram || settings.has("web_identity_token_file")) return undefined;
  const output = await outputOf(
    ["aws", "configure", "export-credentials", "--format", "process", "--profile", name],
    environment,
    signal,
  );
  if (output === undefined)
    return problem(`the AWS profile \`${name}\` needs the program \`aws\` (version 2), which is not on the \`PATH\``);
  return output.kind === "value" ? keysInJson(place, output.value) : output;
};

const byWebIdentity: Place = async ({ environment, profile: { settings }, region, signal }) => {
  const inEnvironment = environment["AWS_WEB_IDENTITY_TOKEN_FILE"];
  const file = inEnvironment || settings.get("web_identity_token_file");
  const role = environment["AWS_ROLE_ARN"] || settings.get("role_arn");
  if (!file || !role) return undefined;
  const name = inEnvironment ? "AWS_WEB_IDENTITY_TOKEN_FILE" : "`web_identity_token_file` of the AWS profile";
  const token = await readFile(file, "utf8").catch(() => undefined);
  if (token === undefined) return problem(`the file of ${name} cannot be read`);
  const endpoint = environment["AWS_ENDPOINT_URL_STS"] || environment["AWS_ENDPOINT_URL"];
  const answer = await ask(
    {
      url: endpoint || `https://sts.${region}.${domainOf(region)}/`,
      shown: "the token service of AWS",
      method: "POST",
      form: {
        Action: "AssumeRoleWithWebIdentity",
        Version: "2011-06-15",
        RoleArn: role,
        RoleSessionName: environment["AWS_ROLE_SESSION_NAME"] || (settings.get("role_session_name") ?? "modelwright"),
        WebIdentityToken: token.trim(),
      },
    },
    signal,
  );
  if (answer.kind === "problem") return answer;
  const field = (name: string) => xmlText(answer.value, name);
  return keysFrom("the keys of a web identity", {
    accessKeyId: field("AccessKeyId"),
    secretAccessKey: field("SecretAccessKey"),
    sessionToken: field("SessionToken"),
    expiration: field("Expiration"),
  });
};

/** Servers that may get the authorization of a container without encryption: this machine, and those of ECS and EKS. */
const CONTAINER_HOSTS = /^(?:localhost|127(?:\.\d+){3}|\[::1\]|169\.254\.170\.2|169\.254\.170\.23|\[fd00:ec2::23\])$/;

const ofContainer: Place = async ({ environment, signal }) => {
  const relative = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"];
  const url = relative ? `http://169.254.170.2${relative}` : environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"];
  if (!url) return undefined;
  const address = URL.canParse(url) ? new URL(url) : undefined;
  const isAllowed = address?.protocol === "https:" || CONTAINER_HOSTS.test(address?.hostname ?? "");
  if (address === undefined || !isAllowed)
    return problem("AWS_CONTAINER_CREDENTIALS_FULL_URI must be an `https` URL, or name this machine");
  const file = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"];
  const token = file
    ? await readFile(file, "utf8").catch(() => undefined)
    : environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"];
  if (file && token === undefined) return problem("the file of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE cannot be read");
  const headers = token ? { authorization: token.trim() } : {};
  const shown = "the credentials server of the container";
  const answer = await ask({ url: address.href, shown, headers }, signal);
  return answer.kind === "value" ? keysInJson("the keys of the container", answer.value) : answer;
};

const ofInstance: Place = async ({ environment, signal }) => {
  if (environment["AWS_EC2_METADATA_DISABLED"]?.toLowerCase() === "true") return undefined;
  const given = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"];
  if (!given && !(await isMachineOf("amazon"))) return undefined;
  const base = `${(given || "http://169.254.169.254").replace(/\/+$/, "")}/latest`;
  const shown = "the metadata server of the machine";
  const seconds = { "x-aws-ec2-metadata-token-ttl-seconds": "300" };
  const token = await ask(
    { url: `${base}/api/token`, shown, method: "PUT", headers: seconds, isMetadata: true },
    signal,
  );
  if (token.kind === "problem") return undefined;
  const headers = { "x-aws-ec2-metadata-token": token.value.trim() };
  const list = `${base}/meta-data/iam/security-credentials/`;
  const role = await ask({ url: list, shown, headers, isMetadata: true }, signal);
  const name = role.kind === "value" ? role.value.trim().split(/\s/)[0] : "";
  if (!name) return undefined; // the machine has no role
  const answer = await ask({ url: list + encodeURIComponent(name), shown, headers, isMetadata: true }, signal);
  return answer.kind === "value" ? keysInJson("the keys of the machine", answer.value) : answer;
};

const PLACES: readonly Place[] = [inVariables, byWebIdentity, inProfile, ofContainer, ofInstance];

/** The words of a command, of which some may be in quotes. */
function wordsOf(command: string): readonly string[] {
  return [...command.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"']+)/g)].map(
    ([, double, single, bare]) => double?.replace(/\\(.)/g, "$1") ?? single ?? bare ?? "",
  );
}

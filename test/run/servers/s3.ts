// moto, with its checks of signatures switched on. Its first requests are not checked; they make the user and the role.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AwsV4Signer } from "#aws4fetch";
import { signS3 } from "../../../src/run/storage/sign-s3.ts";
import { temporaryFolder } from "../../temporary.ts";
import { type Issuer, startGate, startIssuer } from "./issuer.ts";
import { freePort, mustSend, type ServerKind, type StorageServer, startServer, toolPath } from "./start.ts";

const BUCKET = "harbour";
const OPEN = "open-harbour";

/** The unchecked requests below. */
const UNCHECKED = 10;

const ROLE = "arn:aws:iam::123456789012:role/reader";

const moto = toolPath("venv/bin/moto_server");

/** The metadata server of EC2, by AWS. */
const instance = toolPath("bin/ec2-metadata-mock");

export const S3: ServerKind = {
  scheme: "s3",
  needs: "moto",
  start: moto === undefined ? undefined : () => start(moto),
};

async function start(program: string): Promise<StorageServer> {
  const port = await freePort();
  const stop = await startServer(port, [program, "-H", "127.0.0.1", "-p", String(port)], {
    INITIAL_NO_AUTH_ACTION_COUNT: String(UNCHECKED),
  });
  const origin = `http://127.0.0.1:${port}`;
  let keys = { accessKeyId: "first", secretAccessKey: "first" };
  const signed = async (service: string, method: string, path: string, body?: Uint8Array): Promise<string> => {
    const headers: Record<string, string> =
      service === "s3"
        ? { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" }
        : { "content-type": "application/x-www-form-urlencoded" };
    const request = { method, url: origin + path, headers, ...keys, service, region: "us-east-1" };
    const { url, headers: all } = await new AwsV4Signer({
      ...request,
      ...(body && service !== "s3" && { body }),
    } as never).sign();
    return mustSend(url.href, { method, headers: all, ...(body && { body }) });
  };
  const query = (service: string, fields: Record<string, string>): Promise<string> =>
    signed(service, "POST", "/", Buffer.from(new URLSearchParams(fields).toString()));
  const iam = (fields: Record<string, string>): Promise<string> =>
    query("iam", { Version: "2010-05-08", UserName: "reader", RoleName: "reader", ...fields });
  await iam({ Action: "CreateUser" });
  const made = await iam({ Action: "CreateAccessKey" });
  const fieldOf = (xml: string, name: string): string => new RegExp(`<${name}>([^<]+)<`).exec(xml)?.[1] ?? "";
  const statement = [{ Effect: "Allow", Action: ["s3:*"], Resource: "*" }];
  const document = JSON.stringify({ Version: "2012-10-17", Statement: statement });
  await iam({ Action: "PutUserPolicy", PolicyName: "all", PolicyDocument: document });
  await iam({ Action: "CreateRole", AssumeRolePolicyDocument: document });
  await iam({ Action: "PutRolePolicy", PolicyName: "all", PolicyDocument: document });
  const role = { RoleArn: ROLE, RoleSessionName: "machine" };
  const temporary = await query("sts", { Version: "2011-06-15", Action: "AssumeRole", ...role });
  for (const bucket of [BUCKET, OPEN]) await signed("s3", "PUT", `/${bucket}`);
  const anyone = [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${OPEN}/*` }];
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: anyone });
  await signed("s3", "PUT", `/${OPEN}?policy=`, Buffer.from(policy));
  keys = { accessKeyId: fieldOf(made, "AccessKeyId"), secretAccessKey: fieldOf(made, "SecretAccessKey") };
  const json = (token: string): string =>
    JSON.stringify({
      ...{
        Code: "Success",
        AccessKeyId: fieldOf(temporary, "AccessKeyId"),
        [token]: fieldOf(temporary, "SessionToken"),
      },
      ...{ SecretAccessKey: fieldOf(temporary, "SecretAccessKey"), Expiration: fieldOf(temporary, "Expiration") },
    });
  // https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
  const container = await startIssuer(({ method, path, headers }) =>
    method === "GET" && path === "/v1/credentials?id=1" && headers["authorization"] === "of-the-container"
      ? json("Token")
      : undefined,
  );
  /** moto checks the signature of every request, also where none is needed. So the check is switched off for the next one. */
  const permitUnsigned = (): Promise<string> =>
    mustSend(`${origin}/moto-api/reset-auth`, { method: "POST", body: "1" });
  const gate = await startGate(async (path, authorization) => {
    if (authorization !== undefined) return undefined;
    await permitUnsigned();
    return fetch(origin + path);
  });
  // https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
  const identity = await startIssuer(async ({ method, path, headers, form }) => {
    const { Action, Version, RoleArn, RoleSessionName = "", WebIdentityToken } = form;
    const isGood = Action === "AssumeRoleWithWebIdentity" && Version === "2011-06-15" && RoleArn === ROLE;
    const isNamed = /^[\w+=,.@-]{2,64}$/.test(RoleSessionName) && WebIdentityToken === "of.the.identity";
    if (method !== "POST" || path !== "/" || !isGood || !isNamed || headers["authorization"] !== undefined)
      return undefined;
    await permitUnsigned();
    return mustSend(`${origin}/`, { method, body: new URLSearchParams(form) });
  });
  if (instance === undefined)
    console.log("skipped: the role of a machine needs ec2-metadata-mock (MODELWRIGHT_STORAGE_TOOLS)");
  const machine = instance === undefined ? undefined : await startInstance(instance, JSON.parse(json("Token")));
  const put = async (bucket: string, name: string, content: Uint8Array): Promise<void> => {
    const path = name
      .split("/")
      .map((part) => encodeURIComponent(part).replace(/[!'()*]/g, hex))
      .join("/");
    await signed("s3", "PUT", `/${bucket}/${path}`, content);
  };

  return {
    port,
    url: (name) => `s3://${BUCKET}/${name}`,
    put: (name, content) => put(BUCKET, name, content),
    open: {
      url: (name) => `s3://${OPEN}/${name}`,
      put: (name, content) => put(OPEN, name, content),
      environment: { AWS_ENDPOINT_URL_S3: gate.origin, HOME: "/nonexistent", PATH: "/nonexistent" },
    },
    otherTool: async (name, to) => {
      const request = { method: "GET", url: `${origin}/${BUCKET}/${name}`, headers: {} } as const;
      const { url, headers } = await signS3(request, keys, "us-east-1");
      const given = Object.entries(headers).flatMap(([key, value]) => ["-H", `${key}: ${value}`]);
      return ["curl", "-sf", "-o", to, ...given, url];
    },
    missing: /status 404 NoSuchKey$/,
    access: async (proxied) => {
      const base = { AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${proxied}`, HOME: "/nonexistent", PATH: "/nonexistent" };
      const home = temporaryFolder();
      const { accessKeyId, secretAccessKey } = keys;
      const credentials = `${accessKeyId}:${secretAccessKey}`;
      mkdirSync(join(home, ".aws"));
      const program = join(home, "print keys");
      const printed = JSON.stringify({ Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey });
      writeFileSync(program, `#!/bin/sh\nprintf '%s' '${printed}'\n`, { mode: 0o700 });
      const tokenFile = join(home, "token");
      writeFileSync(tokenFile, "of.the.identity\n");
      const containerFile = join(home, "container");
      writeFileSync(containerFile, "of-the-container\n");
      const containerUri = { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${container.origin}/v1/credentials?id=1` };
      const webIdentity = { AWS_ENDPOINT_URL_STS: identity.origin, AWS_ROLE_ARN: ROLE };
      writeFileSync(
        join(home, ".aws/config"),
        `[profile other]\ncredential_process = "${program}" --for "a b"\n[default]\ns3 =\n  aws_access_key_id = no\n` +
          `[profile wrong]\naws_access_key_id = AKIANOBODY\naws_secret_access_key = wrong\n` +
          `[profile identity]\nrole_arn = ${ROLE}\nweb_identity_token_file = ${tokenFile}\nrole_session_name = me\n`,
      );
      writeFileSync(
        join(home, ".aws/credentials"),
        `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
      );
      return {
        allowed: [
          { title: "keys of the definition", credentials, environment: base },
          {
            title: "keys in variables",
            environment: { ...base, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey },
          },
          { title: "the default profile", environment: { ...base, HOME: home } },
          { title: "a profile with a program", environment: { ...base, HOME: home, AWS_PROFILE: "other" } },
          {
            title: "a web identity, which has priority over a profile",
            environment: {
              ...base,
              ...webIdentity,
              HOME: home,
              AWS_PROFILE: "wrong",
              AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile,
            },
          },
          {
            title: "the web identity of a profile",
            environment: { ...base, AWS_ENDPOINT_URL_STS: identity.origin, HOME: home, AWS_PROFILE: "identity" },
          },
          {
            title: "a container with a token in a file, which has priority",
            environment: {
              ...{ ...base, ...containerUri, AWS_CONTAINER_AUTHORIZATION_TOKEN: "of-another" },
              AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: containerFile,
            },
          },
          {
            title: "a container with a token",
            environment: { ...base, ...containerUri, AWS_CONTAINER_AUTHORIZATION_TOKEN: "of-the-container" },
          },
          ...(machine === undefined
            ? []
            : [
                {
                  title: "the role of a machine",
                  environment: { ...base, AWS_EC2_METADATA_SERVICE_ENDPOINT: `${machine.origin}/` },
                },
              ]),
          {
            title: "an endpoint of all services and a region",
            credentials,
            environment: { PATH: "", HOME: "", AWS_ENDPOINT_URL: base.AWS_ENDPOINT_URL_S3, AWS_REGION: "eu-west-1" },
          },
        ],
        refused: [
          {
            title: "a wrong secret",
            credentials: `${accessKeyId}:wrong`,
            environment: base,
            message: /status 403 SignatureDoesNotMatch; the request was signed with the credentials of the definition$/,
          },
          {
            title: "an unknown key",
            environment: { ...base, AWS_ACCESS_KEY_ID: "AKIANOBODY", AWS_SECRET_ACCESS_KEY: "wrong" },
            message: /status 403 InvalidAccessKeyId; the request was signed with the keys of AWS_ACCESS_KEY_ID$/,
          },
          { title: "no credentials", environment: base, message: /status 40[013].*anonymous/ },
          {
            title: "the web identity of a role that does not exist",
            environment: {
              ...{ ...base, ...webIdentity, AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile },
              AWS_ROLE_ARN: `${ROLE}-of-another`,
            },
            message: /^the token service of AWS responded with status 400$/,
          },
          {
            title: "a web identity without its file",
            environment: { ...base, ...webIdentity, AWS_WEB_IDENTITY_TOKEN_FILE: "/nonexistent" },
            message: /^the file of AWS_WEB_IDENTITY_TOKEN_FILE cannot be read$/,
          },
          {
            title: "a container with another token",
            environment: { ...base, ...containerUri, AWS_CONTAINER_AUTHORIZATION_TOKEN: "of-another" },
            message: /^the credentials server of the container responded with status 400$/,
          },
          {
            title: "a container without its file, although it has a token",
            environment: {
              ...{ ...base, ...containerUri, AWS_CONTAINER_AUTHORIZATION_TOKEN: "of-the-container" },
              AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/nonexistent",
            },
            message: /^the file of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE cannot be read$/,
          },
          {
            title: "a container of another machine without encryption",
            environment: { ...base, AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://192.0.2.1/" },
            message: /^AWS_CONTAINER_CREDENTIALS_FULL_URI must be an `https` URL, or name this machine$/,
          },
          {
            title: "a machine whose metadata server must not be asked",
            environment: {
              ...{ ...base, AWS_EC2_METADATA_SERVICE_ENDPOINT: machine?.origin ?? "" },
              AWS_EC2_METADATA_DISABLED: "true",
            },
            message: /status 40[013].*anonymous/,
          },
          {
            title: "credentials of another form",
            credentials: "only-a-token",
            environment: base,
            message: /^its credentials do not have the form `ACCESS_KEY_ID:SECRET_ACCESS_KEY`$/,
          },
        ],
      };
    },
    close: () => {
      for (const each of [container, identity, machine, gate]) each?.close();
      stop();
    },
  };
}

/** Starts the metadata server, which demands a session token. */
async function startInstance(program: string, values: object): Promise<Issuer> {
  const port = await freePort();
  const file = join(temporaryFolder(), "values.json");
  writeFileSync(file, JSON.stringify({ metadata: { values: { "iam-security-credentials": values } } }));
  const place = ["--hostname", "127.0.0.1", "--port", String(port), "--config-file", file];
  const close = await startServer(port, [program, "--imdsv2", ...place]);
  return { origin: `http://127.0.0.1:${port}`, close };
}

function hex(sign: string): string {
  return `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;
}

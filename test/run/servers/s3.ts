// moto, with its checks of signatures switched on. Its first requests are not checked; they make the user.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AwsV4Signer } from "#aws4fetch";
import { signS3 } from "../../../src/run/storage/sign-s3.ts";
import { temporaryFolder } from "../../temporary.ts";
import { freePort, mustSend, type ServerKind, type StorageServer, startServer, toolPath } from "./start.ts";

const BUCKET = "harbour";

/** The unchecked requests below. */
const UNCHECKED = 4;

const moto = toolPath("venv/bin/moto_server");

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
  const iam = (fields: Record<string, string>): Promise<string> => {
    const form = new URLSearchParams({ Version: "2010-05-08", UserName: "reader", ...fields });
    return signed("iam", "POST", "/", Buffer.from(form.toString()));
  };
  await iam({ Action: "CreateUser" });
  const made = await iam({ Action: "CreateAccessKey" });
  const field = (name: string): string => new RegExp(`<${name}>([^<]+)<`).exec(made)?.[1] ?? "";
  const statement = [{ Effect: "Allow", Action: ["s3:*"], Resource: "*" }];
  const document = JSON.stringify({ Version: "2012-10-17", Statement: statement });
  await iam({ Action: "PutUserPolicy", PolicyName: "all", PolicyDocument: document });
  await signed("s3", "PUT", `/${BUCKET}`);
  keys = { accessKeyId: field("AccessKeyId"), secretAccessKey: field("SecretAccessKey") };

  return {
    port,
    url: (name) => `s3://${BUCKET}/${name}`,
    put: async (name, content) => {
      const path = name
        .split("/")
        .map((part) => encodeURIComponent(part).replace(/[!'()*]/g, hex))
        .join("/");
      await signed("s3", "PUT", `/${BUCKET}/${path}`, content);
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
      const json = JSON.stringify({ Version: 1, AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey });
      writeFileSync(program, `#!/bin/sh\nprintf '%s' '${json}'\n`, { mode: 0o700 });
      writeFileSync(
        join(home, ".aws/config"),
        `[profile other]\ncredential_process = "${program}" --for "a b"\n[default]\ns3 =\n  aws_access_key_id = no\n`,
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
            title: "credentials of another form",
            credentials: "only-a-token",
            environment: base,
            message: /^its credentials do not have the form `ACCESS_KEY_ID:SECRET_ACCESS_KEY`$/,
          },
        ],
      };
    },
    close: stop,
  };
}

function hex(sign: string): string {
  return `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;
}

// A process with the address of the credentials server of Amazon ECS. It prints where the driver of S3 finds its keys.
import { findKeys } from "../../src/run/storage/s3-keys.ts";
import { startIssuer } from "./servers/issuer.ts";

const server = await startIssuer(
  ({ method, path }) =>
    method === "GET" && path === "/v2/credentials/1"
      ? JSON.stringify({ AccessKeyId: "key", SecretAccessKey: "secret", Token: "token" })
      : undefined,
  [80, "169.254.170.2"],
);
const found = await findKeys({
  environment: { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/v2/credentials/1" },
  profile: { name: "default", settings: new Map() },
  region: "us-east-1",
  signal: new AbortController().signal,
});
console.log(JSON.stringify(found));
server.close();

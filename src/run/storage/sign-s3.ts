// Signs requests for S3 and compatible services.
import { AwsV4Signer } from "#aws4fetch";
import type { HttpRequest } from "./http.ts";

/** The keys with which requests are signed. */
export interface S3Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * A request with a signature of version 4. The body is not part of it, because it may be larger than the memory, and neither are
 * headers such as `if-range`, because some services compute another signature for them.
 */
export async function signS3(request: HttpRequest, keys: S3Keys, region: string): Promise<HttpRequest> {
  const { method, url } = request;
  const own = { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
  const signed = await new AwsV4Signer({ ...keys, method, url, headers: own, service: "s3", region }).sign();
  const names = ["authorization", "x-amz-date", "x-amz-security-token"];
  const added = names.flatMap((name) => {
    const value = signed.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return { ...request, url: signed.url.href, headers: { ...request.headers, ...own, ...Object.fromEntries(added) } };
}

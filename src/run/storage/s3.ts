// The driver for Amazon S3 and compatible services. Requests are signed; there is no SDK.
import { found, problem, type Result } from "../../base/result.ts";
import { type AwsProfile, readProfile } from "./aws-profile.ts";
import { type Driver, refusal, TransferError, type Upload } from "./driver.ts";
import { type HttpRequest, type HttpService, httpFile, listPages, send, textOf } from "./http.ts";
import { escapeKey, escapePart, isFolderKey, keyProblem } from "./key.ts";
import { renewing } from "./renewing.ts";
import { domainOf, findKeys, givenKeys } from "./s3-keys.ts";
import { signS3 } from "./sign-s3.ts";
import { MAX_WHOLE, partsOf, sendUpload, wholeOf } from "./upload.ts";
import { xmlText } from "./xml.ts";

/** How much of the answer to an upload is read, in bytes. */
const MAX_ANSWER = 64 * 1024;

interface S3Address {
  readonly bucket: string;
  readonly key: string;
}

/** The key is used as written, like the AWS tools do: `%20`, `#` and `?` have no meaning. */
function readAddress(url: string): Result<S3Address> {
  const [, bucket = "", key = ""] = /^s3:\/\/([^/]*)\/?(.*)$/is.exec(url) ?? [];
  if (!/^[a-z\d][\w.-]{1,62}$/i.test(bucket)) return problem("does not name a bucket: write `s3://BUCKET/KEY`");
  const reason = keyProblem(key);
  return reason === undefined ? found({ bucket, key }) : problem(reason);
}

/** `s3`. Credentials are `ACCESS_KEY_ID:SECRET_ACCESS_KEY`, and a session token after another colon. */
export const s3: Driver = (request, environment) => {
  const address = readAddress(request.url);
  if (address.kind === "problem") return address;
  const { bucket, key } = address.value;
  let profile: Promise<AwsProfile> | undefined;
  const profileOf = (): Promise<AwsProfile> => {
    profile ??= readProfile(environment);
    return profile;
  };
  /** The region that the service named in a response. */
  let named: string | undefined;
  const regionOf = async (): Promise<string> =>
    named ??
    (environment["AWS_REGION"] || environment["AWS_DEFAULT_REGION"] || (await profileOf()).settings.get("region")) ??
    "us-east-1";
  const keysOf = renewing(async (signal) =>
    request.credentials === undefined
      ? findKeys({ environment, profile: await profileOf(), region: await regionOf(), signal })
      : givenKeys(request.credentials),
  );
  let source: string | undefined;

  const service: HttpService = {
    follows: false,
    authorize: async (sent, signal) => {
      const region = await regionOf();
      if (!/^[a-z\d-]{1,40}$/i.test(region)) return problem("the region of AWS_REGION is not valid");
      const endpoint =
        environment["AWS_ENDPOINT_URL_S3"] ||
        environment["AWS_ENDPOINT_URL"] ||
        (await profileOf()).settings.get("endpoint_url");
      const base = baseOf(bucket, region, endpoint);
      if (base.kind === "problem") return base;
      const keys = await keysOf(signal);
      if (keys.kind === "problem") return keys;
      source = keys.value.source;
      const placed = { ...sent, url: base.value + sent.url };
      return found(keys.value.keys === undefined ? placed : await signS3(placed, keys.value.keys, region));
    },
    redirected: (sent, response) => {
      const region = response.headers.get("x-amz-bucket-region");
      if (![301, 307, 400].includes(response.status) || region === null || region === named) return undefined;
      named = region;
      return sent;
    },
    errorCode: (body) => xmlText(body, "Code"),
    access: () => source,
  };
  const fileOf = (name: string) => httpFile(service, `/${escapeKey(name)}`, request);
  if (!isFolderKey(key))
    return found({ kind: "file", open: fileOf(key), upload: uploadOf(service, `/${escapeKey(key)}`) });
  const pageOf = (next: string | undefined): string => {
    const continued = next === undefined ? "" : `&continuation-token=${escapePart(next)}`;
    return `/?list-type=2&encoding-type=url&prefix=${escapePart(key)}${continued}`;
  };
  return found({
    kind: "folder",
    list: (signal) => listPages(service, pageOf, (page) => readPage(page, key), signal),
    open: (path) => fileOf(key + path),
  });
};

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html */
function uploadOf(service: HttpService, url: string): Upload {
  return async (source, signal) => {
    const sendTo = (method: HttpRequest["method"], query: string, body?: Uint8Array): Promise<Response> =>
      sendUpload(service, { method, url: url + query, headers: {}, ...(body !== undefined && { body }) }, signal);
    if (source.size <= MAX_WHOLE) {
      await sendTo("PUT", "", await wholeOf(source));
      return;
    }
    const started = await textOf(await sendTo("POST", "?uploads="), MAX_ANSWER);
    const id = `uploadId=${escapePart(xmlText(started, "UploadId") ?? "")}`;
    try {
      let list = "";
      for await (const { number, bytes } of partsOf(source)) {
        const { headers } = await sendTo("PUT", `?partNumber=${number}&${id}`, bytes);
        list += `<Part><PartNumber>${number}</PartNumber><ETag>${headers.get("etag")}</ETag></Part>`;
      }
      const document = `<CompleteMultipartUpload>${list}</CompleteMultipartUpload>`;
      const answer = await textOf(await sendTo("POST", `?${id}`, Buffer.from(document)), MAX_ANSWER);
      // The status is sent before the service knows whether it succeeds.
      if (!answer.includes("<CompleteMultipartUploadResult"))
        throw new TransferError(refusal("the server could not put the parts of the file together"));
    } catch (error) {
      await send(service, { method: "DELETE", url: `${url}?${id}`, headers: {} }, AbortSignal.timeout(5000)).catch(
        () => {},
      );
      throw error;
    }
  };
}

function readPage(xml: string, prefix: string) {
  if (!xml.includes("<ListBucketResult")) throw new TypeError("not a list");
  const files = [...xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, item = ""]) => ({
    path: decodeURIComponent((xmlText(item, "Key") ?? "").replaceAll("+", " ")).slice(prefix.length),
    size: Number(xmlText(item, "Size")),
  }));
  return { files, next: xmlText(xml, "NextContinuationToken") };
}

/** The address of a bucket. Another service has no host names for buckets, and a certificate does not cover names with dots. */
function baseOf(bucket: string, region: string, endpoint: string | undefined): Result<string> {
  if (endpoint !== undefined) {
    if (!/^https?:\/\//i.test(endpoint) || !URL.canParse(endpoint))
      return problem("the endpoint of AWS_ENDPOINT_URL is not an `http` or `https` URL");
    const { origin, pathname } = new URL(endpoint);
    return found(`${origin}${pathname.replace(/\/+$/, "")}/${bucket}`);
  }
  const host = `s3.${region}.${domainOf(region)}`;
  return found(/^[a-z\d-]+$/.test(bucket) ? `https://${bucket}.${host}` : `https://${host}/${bucket}`);
}

// The keys of the lock file: what a definition asks for, as it is written. They contain no credentials, and the names of
// environment variables instead of their values.
import { withoutCredentials } from "./address.ts";
import { MASK } from "./conceal.ts";
import { credentialInName } from "./credential-names.ts";
import { factsOf, schemeOf } from "./schemes.ts";
import { findTokens } from "./token-shapes.ts";

/** A part of a value: text, or an environment variable with the default that the definition gives. */
export type KeyPart = string | { readonly name: string; readonly default: string | undefined };

/** The text of a value with variables in their written form, such as `s3://${BUCKET}/params.pt`. */
export function writtenText(parts: readonly KeyPart[]): string {
  return parts
    .map((part) => {
      if (typeof part === "string") return part;
      return part.default === undefined ? `\${${part.name}}` : `\${${part.name}:-${part.default}}`;
    })
    .join("");
}

/** Whether a run downloads a file, by the beginning of its URL. Other files are on this machine, or Python gets their URL. */
export function isFetchedAddress(url: string): boolean {
  return factsOf(schemeOf(url)).data === "download";
}

/** The key of a file, by its URL. */
export function fileKey(url: string): string {
  return withoutTokens(withoutCredentials(url).replace(QUERY, withoutCredentialParameters));
}

/** The key of code, by the URL of its repository and the commit, branch or tag, if there is one. */
export function codeKey(url: string, version: string | undefined): string {
  const key = withoutTokens(withoutCredentials(url));
  return version === undefined ? key : `${key}#${version}`;
}

/** The key of an image, by its name. */
export function imageKey(name: string): string {
  return withoutTokens(name.trim());
}

const QUERY = /\?[^#]*/;

/** Removes parameters such as the signature of a URL that expires. Others, such as a version, decide what is fetched. */
function withoutCredentialParameters(query: string): string {
  const kept = query
    .slice(1)
    .split("&")
    .filter((parameter) => !isCredential(parameter.split("=", 1)[0] ?? ""));
  return kept.length === 0 || kept.join("") === "" ? "" : `?${kept.join("&")}`;
}

/** The parameters of signed URLs: of S3 and compatible stores, of Google Cloud Storage, of Azure (SAS) and of CloudFront. */
const SIGNATURE =
  /^(?:x-(?:amz|goog)-.*|awsaccesskeyid|googleaccessid|signature|key-pair-id|policy|expires|s[eiprtv]|sig|sks|skt|ske|skv|skoid|sktid|spr|srt)$/i;

function isCredential(name: string): boolean {
  return SIGNATURE.test(name) || credentialInName(name) === "sure";
}

function withoutTokens(text: string): string {
  let masked = text;
  for (const { start, end } of [...findTokens(text)].reverse())
    masked = masked.slice(0, start) + MASK + masked.slice(end);
  return masked;
}

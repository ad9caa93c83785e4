import type { TypedGraph } from "../../infer/typed.ts";
import type { Leaf } from "../../parse/shaped.ts";
import type { ScalarNode } from "../../parse/tree.ts";

/** A URL in a definition, as far as it is known without environment variables: at least up to the first one. */
export interface Address {
  readonly what: "code" | "data";
  readonly leaf: Leaf<ScalarNode>;
  readonly url: string;
}

/** Every URL of code, files and data. */
export function* addressesOf({ models, data }: TypedGraph): Generator<Address> {
  for (const { bound, files } of models) {
    const { location } = bound.repository;
    if (location.kind === "remote") yield { what: "code", leaf: location.leaf, url: location.url };
    for (const { bound: file, place } of files) {
      if (place.kind === "remote" && file.url?.node.kind === "scalar") {
        yield { what: "data", leaf: { node: file.url.node, path: file.url.path }, url: place.url };
      }
    }
  }
  for (const { leaf, place } of data) if (place.kind === "remote") yield { what: "data", leaf, url: place.url };
}

/** The supported schemes: those that the documentation of the format lists, and the web. */
export const SCHEMES = {
  code: ["https", "http"],
  data: ["https", "http", "s3", "gs", "azure", "hdfs", "ssh", "scp", "sftp"],
} as const;

/** Whether Git can clone from a URL. */
export function isCodeAddress(url: string): boolean {
  return /^(?:https?|(?:git\+)?ssh):\/\//i.test(url) || !/^[A-Za-z][A-Za-z0-9+.-]+:/.test(url);
}

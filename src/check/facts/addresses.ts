import { factsOf, leadingScheme, schemeOf, schemesWith } from "../../base/schemes.ts";
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
export const SCHEMES_FOR: Readonly<Record<Address["what"], readonly string[]>> = {
  code: schemesWith(({ code }) => code === "web"),
  data: schemesWith(({ data }) => data !== undefined),
};

/** Whether Git can clone from a URL; the short form `user@host:path` has no scheme. */
export function isCodeAddress(url: string): boolean {
  return factsOf(schemeOf(url)).code !== undefined || leadingScheme(url) === undefined;
}

/** Whether Git uses SSH for the URL of code. */
export function isShellAddress(url: string): boolean {
  const scheme = leadingScheme(url);
  return scheme === undefined || factsOf(scheme).code === "ssh";
}

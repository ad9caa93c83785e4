import { found, type Result } from "../../base/result.ts";
import type { Expiring } from "./renewing.ts";

/** A token, or none for an anonymous request, and where it comes from. */
export interface FoundToken {
  readonly token: string | undefined;
  /** For messages. */
  readonly source: string;
}

export type TokenResult = Result<Expiring<FoundToken>>;

/** A token of a place that has credentials. */
export function tokenOf(place: string, token: string, expires: number | undefined): TokenResult {
  return found({ value: { token, source: `the request had the token of ${place}` }, expires });
}

/** No token. `advice` says how to set one. */
export function noToken(advice: string): TokenResult {
  const source = `no credentials were found, so the request was anonymous; ${advice}`;
  return found({ value: { token: undefined, source }, expires: undefined });
}

// Credentials that expire.
import { found, type Result } from "../../base/result.ts";

/** A value, and until when it can be used. */
export interface Expiring<Value> {
  readonly value: Value;
  /** In milliseconds since 1970; `undefined` if it does not expire. */
  readonly expires: number | undefined;
}

/** A value is replaced this long before it expires, in milliseconds, so that a request does not arrive too late. */
const MARGIN_MS = 60_000;

/** Loads a value once, and again shortly before it expires. Requests at the same time share one call of `load`. A problem is not kept. */
export function renewing<Value>(
  load: (signal: AbortSignal) => Promise<Result<Expiring<Value>>>,
): (signal: AbortSignal) => Promise<Result<Value>> {
  let current: Promise<Result<Expiring<Value>>> | undefined;
  return async (signal) => {
    const last = await current?.catch(() => undefined);
    const isFresh = last?.kind === "value" && (last.value.expires ?? Number.POSITIVE_INFINITY) > Date.now() + MARGIN_MS;
    if (!isFresh && (await current?.catch(() => undefined)) === last) current = load(signal);
    const loaded = await current;
    if (loaded === undefined || loaded.kind === "problem") {
      current = undefined;
      return loaded ?? { kind: "problem", message: "the credentials cannot be loaded" };
    }
    return found(loaded.value.value);
  };
}

import { randomUUID } from "node:crypto";

/** Ids that are safe in logs and headers. */
const HARMLESS = /^[\w.:-]{1,64}$/;

/** The id of a request: that of the client if it is harmless, otherwise a new one. */
export function requestIdOf(given: string | readonly string[] | undefined): string {
  return typeof given === "string" && HARMLESS.test(given) ? given : randomUUID();
}

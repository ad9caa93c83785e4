import { constants } from "node:os";

/**
 * How a worker has ended whose guard could not end by the same signal, as in a container or on another host. The guard then exits with
 * 128 and the number of the signal.
 */
export function readExitCode(code: number | null): { readonly code: number | null; readonly signal: string | null } {
  const ended = Object.entries(constants.signals).find(([, number]) => code === 128 + number);
  return ended === undefined ? { code, signal: null } : { code: null, signal: ended[0] };
}

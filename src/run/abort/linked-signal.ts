import { setMaxListeners } from "node:events";
import type { AbortSignalLike } from "../api/options.ts";

/** An `AbortSignal` that is aborted with another one, for the same reason, or by `abort`. */
export function linkedSignal(like: AbortSignalLike | undefined): {
  readonly signal: AbortSignal;
  readonly abort: () => void;
  readonly unlink: () => void;
} {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal); // every model of a run adds a listener, and removes it when it ends
  const abort = (): void => controller.abort(like?.reason);
  if (like?.aborted) abort();
  like?.addEventListener("abort", abort);
  return { signal: controller.signal, abort, unlink: () => like?.removeEventListener("abort", abort) };
}

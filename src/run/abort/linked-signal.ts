import { setMaxListeners } from "node:events";
import type { AbortSignalLike } from "../api/options.ts";

/** A signal of this platform that follows another one, with its reason; `abort` fires it, too. */
export function linkedSignal(like: AbortSignalLike | undefined): {
  readonly signal: AbortSignal;
  readonly abort: () => void;
  readonly unlink: () => void;
} {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal); // every model of a run listens to it, and forgets it at its end
  const abort = (): void => controller.abort(like?.reason);
  if (like?.aborted) abort();
  like?.addEventListener("abort", abort);
  return { signal: controller.signal, abort, unlink: () => like?.removeEventListener("abort", abort) };
}

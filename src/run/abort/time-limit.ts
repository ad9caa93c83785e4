import { problem, type Result } from "../../base/result.ts";
import { linkedSignal } from "./linked-signal.ts";
import { afterRunning } from "./running-time.ts";

/**
 * Runs work with a time limit. The signal that the work gets is aborted when the limit is exceeded; the result is then a
 * problem. Other exceptions of the work, such as the reason of the outer signal, are rethrown.
 */
export async function withTimeLimit<Value>(
  limitMs: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result<Value>>,
): Promise<Result<Value>> {
  const { signal, abort, unlink } = linkedSignal(outer);
  let isLate = false;
  const cancel = afterRunning(limitMs, () => {
    isLate = true;
    abort();
  });
  try {
    const result = await work(signal);
    // The work may have reported the abort as a problem of its own.
    return isLate && result.kind === "problem" ? late(limitMs) : result;
  } catch (error) {
    outer.throwIfAborted();
    if (isLate) return late(limitMs);
    throw error;
  } finally {
    cancel();
    unlink();
  }
}

function late(limitMs: number): Result<never> {
  const seconds = Number((limitMs / 1000).toFixed(3));
  const what = `fetching took longer than the time limit of ${seconds} s`;
  return problem(`${what}; raise it with \`--fetch-timeout\` (\`limits.fetchMs\` in a program)`);
}

import { problem, type Result } from "../../base/result.ts";
import { linkedSignal } from "./linked-signal.ts";

/** What a timer can hold, which is 24 days. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Does some work with a signal that fires after a time, too, and gives a problem when that time is over. Throws what the work
 * throws otherwise, such as the reason of the signal.
 */
export async function withTimeLimit<Value>(
  limitMs: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result<Value>>,
): Promise<Result<Value>> {
  const { signal, abort, unlink } = linkedSignal(outer);
  let isLate = false;
  const limit = setTimeout(
    () => {
      isLate = true;
      abort();
    },
    Math.min(limitMs, LONGEST_MS),
  );
  try {
    const result = await work(signal);
    // The work may have made a problem of what the signal has broken off.
    return isLate && result.kind === "problem" ? late(limitMs) : result;
  } catch (error) {
    outer.throwIfAborted();
    if (isLate) return late(limitMs);
    throw error;
  } finally {
    clearTimeout(limit);
    unlink();
  }
}

function late(limitMs: number): Result<never> {
  const seconds = Number((limitMs / 1000).toFixed(3));
  const what = `fetching took longer than the time limit of ${seconds} s`;
  return problem(`${what}; \`--fetch-timeout\` (\`limits.fetchMs\` in a program) sets another one`);
}

/** The time limit for a condition. It is long enough for a busy machine. */
const LONGEST_WAIT_MS = 60_000;

/** Calls a function repeatedly until it returns a value. Throws after a time limit, in milliseconds. */
export async function until<T>(
  what: string,
  find: () => T | undefined | PromiseLike<T | undefined>,
  longest: number = LONGEST_WAIT_MS,
): Promise<T> {
  for (const end = Date.now() + longest; Date.now() < end; ) {
    const found = await find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Waited in vain for ${what}`);
}

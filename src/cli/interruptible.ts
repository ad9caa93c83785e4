/** Runs work that SIGINT and SIGTERM abort. Returns its exit code, or that of the signal. */
export async function interruptible(work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const controller = new AbortController();
  let code: number | undefined;
  const interrupt = (signal: "SIGINT" | "SIGTERM"): void => {
    code = signal === "SIGINT" ? 130 : 143;
    controller.abort();
  };
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  try {
    return await work(controller.signal);
  } catch (error) {
    if (code !== undefined && controller.signal.aborted && error === controller.signal.reason) return code;
    throw error;
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}

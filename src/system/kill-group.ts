/** Kills a child process that was started with `detached`, and all processes of its group. Does nothing if they have ended. */
export function killGroup({ pid }: { readonly pid?: number | undefined }): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // They have ended.
  }
}

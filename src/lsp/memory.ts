// The server without a disk, for web pages. Only the open documents exist.
import { memoryHost } from "../base/host.ts";
import type { Platform } from "./platform.ts";

/** A platform on which only open documents exist. `idle` resolves when all messages that have arrived are handled. */
export function memoryPlatform(idle: () => Promise<void>): Platform {
  return {
    filesIn: () => ({
      host: memoryHost(new Map()),
      stateOf: () => "missing",
      ignoreState: () => "",
      refresh: () => {},
    }),
    discover: () => [],
    settingsOf: () => ({ options: {}, mistake: undefined }),
    ruleUrl: undefined,
    idle,
    now: () => performance.now(),
  };
}

// The server as a process: over standard input and output, on the files of this machine.
import { createConnection } from "vscode-languageserver/node";
import { discover } from "../disk/discover.ts";
import { rememberedFiles } from "../disk/remember.ts";
import type { Platform, Settings } from "./platform.ts";
import { serve } from "./server.ts";

/** Serves the client at standard input and output. The process ends when the client ends it or is gone. */
export function serveOverStdio(
  settingsOf: (folder: string) => Settings,
  ruleUrl: ((code: string) => string) | undefined,
): void {
  // The client is gone, so there is nobody to answer.
  process.stdout.on("error", () => process.exit(1));
  // Only messages of the protocol go to standard output.
  serve(createConnection(process.stdin, process.stdout), nodePlatform(settingsOf, ruleUrl));
}

function nodePlatform(settingsOf: Platform["settingsOf"], ruleUrl: Platform["ruleUrl"]): Platform {
  return {
    filesIn: rememberedFiles,
    discover: (folder) => discover(folder, rememberedFiles(folder).host),
    settingsOf,
    ruleUrl,
    // Two turns: one in which input is read, and one in which its messages are handled.
    idle: () => new Promise((resolve) => setImmediate(() => setImmediate(resolve))),
    now: () => performance.now(),
  };
}

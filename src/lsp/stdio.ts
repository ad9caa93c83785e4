// The server as a process: on standard input and output, with the files of this machine.
import { createConnection } from "vscode-languageserver/node";
import { discover } from "../disk/discover.ts";
import { rememberedFiles } from "../disk/remember.ts";
import type { Platform, Settings } from "./platform.ts";
import { serve } from "./server.ts";

/** Serves the client on standard input and output. The process ends when the client ends it or exits. */
export function serveOverStdio(
  settingsOf: (folder: string) => Settings,
  ruleUrl: ((code: string) => string) | undefined,
): void {
  // The client is gone, so nobody reads the answers.
  process.stdout.on("error", () => process.exit(1));
  // Only protocol messages are written to standard output.
  serve(createConnection(process.stdin, process.stdout), nodePlatform(settingsOf, ruleUrl));
}

function nodePlatform(settingsOf: Platform["settingsOf"], ruleUrl: Platform["ruleUrl"]): Platform {
  return {
    filesIn: rememberedFiles,
    discover: (folder) => discover(folder, rememberedFiles(folder).host),
    settingsOf,
    ruleUrl,
    // Two turns of the event loop: input is read in the first one, and its messages are handled in the second one.
    idle: () => new Promise((resolve) => setImmediate(() => setImmediate(resolve))),
    now: () => performance.now(),
  };
}

// The built language server in a process of its own, as an editor starts it.
import { spawn } from "node:child_process";
import { MAIN } from "./dist.ts";
import { type ClientOptions, connect, type EditorClient } from "./editor-client.ts";
import { ROOT } from "./golden.ts";

/** Starts the server for some folders. */
export function startEditor(
  folders: readonly string[],
  { env = process.env, ...options }: ClientOptions & { readonly env?: NodeJS.ProcessEnv } = {},
): Promise<EditorClient> {
  const child = spawn(process.execPath, [MAIN, "lsp", "--stdio"], {
    cwd: folders[0] ?? ROOT,
    env,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
  const kill = () => child.kill();
  return connect(
    folders,
    [child.stdout, child.stderr],
    child.stdin,
    { ended: () => ended, kill, isProcess: true },
    options,
  );
}

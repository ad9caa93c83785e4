// Commands of Modelwright that run in a terminal. No shell reads their arguments.
import { dirname, relative, sep } from "node:path";
import { ProcessExecution, Task, TaskPanelKind, TaskRevealKind, TaskScope, tasks, type Uri, workspace } from "vscode";
import { NODE_ONLY } from "./node.ts";
import type { Server } from "./server.ts";

/** A command for a definition. */
export interface Program {
  readonly command: "run" | "check" | "build" | "init";
  /** The definition; `undefined` for commands without one. */
  readonly file: Uri | undefined;
  /** Where it runs: the folder of the workspace that contains the definition. */
  readonly cwd: string;
  /** The arguments after the command and before the definition. */
  readonly args: readonly string[];
}

/** The working directory for a definition: its workspace folder, or its own folder if it is outside all workspace folders. */
export function workingDirectory(file: Uri): string {
  return workspace.getWorkspaceFolder(file)?.uri.fsPath ?? dirname(file.fsPath);
}

/** Starts a command in a terminal, with the Modelwright that also serves the editor. */
export async function startProgram(server: Server, { command, file, cwd, args }: Program): Promise<void> {
  const { main } = await server.choice();
  const path = file === undefined ? undefined : relative(cwd, file.fsPath).split(sep).join("/");
  // A file whose name begins with `-` is not an option.
  const files = path === undefined ? [] : [`./${path}`];
  const execution = new ProcessExecution(process.execPath, [main, command, ...args, ...files], {
    cwd,
    env: { ...NODE_ONLY },
  });
  const task = new Task(
    // The same command with other arguments can run at the same time.
    { type: "modelwright", command, args: [...args], ...(path === undefined ? {} : { file: path }) },
    (file && workspace.getWorkspaceFolder(file)) ?? TaskScope.Workspace,
    path === undefined ? command : `${command} ${path}`,
    "Modelwright",
    execution,
  );
  task.presentationOptions = { reveal: TaskRevealKind.Always, panel: TaskPanelKind.Dedicated, clear: true };
  await tasks.executeTask(task);
}

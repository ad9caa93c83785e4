// The commands of the extension.
import {
  commands,
  type Disposable,
  type ExtensionContext,
  type LogOutputChannel,
  Uri,
  window,
  workspace,
} from "vscode";
import type { Location, Position } from "vscode-languageclient/node";
import { isDefinition } from "./definitions.ts";
import type { Graphs } from "./graph.ts";
import { type Program, startProgram, workingDirectory } from "./programs.ts";
import type { Server } from "./server.ts";

/** Registers the commands. */
export function registerCommands(
  { subscriptions }: ExtensionContext,
  server: Server,
  graphs: Graphs,
  log: LogOutputChannel,
): void {
  const handlers: Readonly<Record<string, (...given: readonly unknown[]) => unknown>> = {
    "modelwright.checkAll": () => checkAll(server),
    "modelwright.graph": async (uri, model) => {
      const definition = await definitionOf(uri);
      if (definition !== undefined) await graphs.show(definition, textOf(model));
    },
    "modelwright.run": async (uri, model, folder) => {
      const definition = await definitionOf(uri);
      if (definition !== undefined) await runOver(server, definition, textOf(model), uriOf(folder));
    },
    "modelwright.check": (uri) => onDefinition(server, "check", uri),
    "modelwright.build": (uri) => onDefinition(server, "build", uri),
    "modelwright.init": () => init(server),
    "modelwright.restart": async () => {
      await server.client();
      await server.restart();
    },
    "modelwright.output": () => log.show(),
    "modelwright.showReferences": (uri, position, locations) => showReferences(server, uri, position, locations),
  };
  const registered: readonly Disposable[] = Object.entries(handlers).map(([name, run]) =>
    commands.registerCommand(name, run),
  );
  subscriptions.push(...registered);
}

/** Checks all definitions of the workspace, and shows the problems. */
async function checkAll(server: Server): Promise<void> {
  const client = await server.client();
  await client.sendRequest("workspace/executeCommand", { command: "modelwright.checkWorkspace", arguments: [] });
  await commands.executeCommand("workbench.actions.view.problems");
}

async function onDefinition(server: Server, command: Program["command"], uri: unknown): Promise<void> {
  const file = await definitionOf(uri);
  if (file !== undefined && (await isOnDisk(file))) {
    await startProgram(server, { command, file, cwd: workingDirectory(file), args: [] });
  }
}

/** Asks for a folder of data, and runs a definition over it. This runs code of the workspace, so it must be trusted. */
async function runOver(server: Server, file: Uri, model: string | undefined, given: Uri | undefined): Promise<void> {
  if (!workspace.isTrusted) {
    void window.showWarningMessage("Modelwright runs models only in a trusted workspace, because it runs their code.");
    return;
  }
  if (!(await isOnDisk(file))) return;
  const [folder] = given === undefined ? ((await askForFolder(file)) ?? []) : [given];
  if (folder === undefined) return;
  const args = [`--input=${folder.fsPath}`, ...(model === undefined ? [] : [`--model=${model}`])];
  await startProgram(server, { command: "run", file, cwd: workingDirectory(file), args });
}

function askForFolder(file: Uri): Thenable<Uri[] | undefined> {
  return window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    defaultUri: Uri.file(workingDirectory(file)),
    openLabel: "Run over This Folder",
    title: "Select the folder with the files to predict",
  });
}

/** Writes a starter definition into a workspace folder. */
async function init(server: Server): Promise<void> {
  const folders = workspace.workspaceFolders ?? [];
  const folder = folders.length > 1 ? await window.showWorkspaceFolderPick() : folders[0];
  if (folder === undefined) {
    if (folders.length === 0)
      void window.showInformationMessage("Open a folder first. Modelwright creates the definition in it.");
    return;
  }
  await startProgram(server, { command: "init", file: undefined, cwd: folder.uri.fsPath, args: [] });
}

/** The definition of a command: the one that a code lens names, or the one in the active editor. */
async function definitionOf(given: unknown): Promise<Uri | undefined> {
  const uri = uriOf(given);
  if (uri !== undefined) return uri;
  const document = window.activeTextEditor?.document;
  if (document !== undefined && isDefinition(document)) return document.uri;
  void window.showInformationMessage("Open a definition first, such as efemarai.yaml.");
  return undefined;
}

/** Saves a definition if necessary, because programs read it from disk. Returns whether it is on disk. */
async function isOnDisk(file: Uri): Promise<boolean> {
  const open = workspace.textDocuments.find(({ uri }) => uri.toString() === file.toString());
  if (open?.isUntitled === true) {
    void window.showInformationMessage("Save the definition first.");
    return false;
  }
  return open === undefined || !open.isDirty || (await open.save());
}

async function showReferences(server: Server, uri: unknown, position: unknown, locations: unknown): Promise<void> {
  const at = uriOf(uri);
  if (at === undefined || !isPosition(position) || !Array.isArray(locations)) return;
  const { protocol2CodeConverter } = await server.client();
  await commands.executeCommand(
    "editor.action.showReferences",
    at,
    protocol2CodeConverter.asPosition(position),
    await protocol2CodeConverter.asReferences(locations.filter(isLocation)),
  );
}

function uriOf(given: unknown): Uri | undefined {
  if (given instanceof Uri) return given;
  return typeof given === "string" && given !== "" ? Uri.parse(given) : undefined;
}

const textOf = (given: unknown): string | undefined => (typeof given === "string" ? given : undefined);

function isPosition(given: unknown): given is Position {
  return isRecord(given) && typeof given["line"] === "number" && typeof given["character"] === "number";
}

function isLocation(given: unknown): given is Location {
  if (!isRecord(given) || typeof given["uri"] !== "string" || !isRecord(given["range"])) return false;
  return isPosition(given["range"]["start"]) && isPosition(given["range"]["end"]);
}

function isRecord(given: unknown): given is Readonly<Record<string, unknown>> {
  return typeof given === "object" && given !== null;
}

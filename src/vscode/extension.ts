// The extension of VS Code: starts the language server when a definition is opened, and adds commands, the graph and the
// status of the server.
import { type ExtensionContext, window, workspace } from "vscode";
import { registerCommands } from "./commands.ts";
import { adoptDefinitions, hasDefinitions, isDefinition } from "./definitions.ts";
import { graphPanels } from "./graph.ts";
import { languageServer, type Server, type ServerState } from "./server.ts";
import { showStatus } from "./status.ts";

/** The API for other extensions and for tests. */
export interface Api {
  readonly state: () => ServerState;
  /** Resolves when the findings of the current texts are shown. */
  readonly settled: () => Promise<void>;
  /** The process id of the server; `undefined` if it is not running. */
  readonly process: () => number | undefined;
}

let server: Server | undefined;

/** Called by the editor. */
export function activate(context: ExtensionContext): Api {
  const log = window.createOutputChannel("Modelwright", { log: true });
  const own = languageServer(context, log);
  server = own;
  const graphs = graphPanels(own, context.extensionUri);
  context.subscriptions.push(log, own, graphs, showStatus(own), adoptDefinitions());
  registerCommands(context, own, graphs, log);

  const start = () => {
    // The log and the status show a failure.
    own.client().catch(() => {});
  };
  const restart = () => {
    own.restart().catch(() => {});
  };
  const startFor = (documents: typeof workspace.textDocuments) => {
    if (own.state().kind === "stopped" && documents.some(isDefinition)) start();
  };
  context.subscriptions.push(
    workspace.onDidOpenTextDocument((document) => startFor([document])),
    workspace.onDidGrantWorkspaceTrust(restart),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("modelwright.server")) restart();
    }),
  );
  startFor(workspace.textDocuments);
  hasDefinitions(workspace.workspaceFolders ?? []).then(
    (found) => {
      if (found && own.state().kind === "stopped") start();
    },
    // If the file search fails, the server starts with the first open definition.
    () => {},
  );
  return {
    state: own.state,
    settled: async () => {
      await (await own.client()).sendRequest("modelwright/settled", {});
    },
    process: own.process,
  };
}

/** Called by the editor before the window closes. */
export async function deactivate(): Promise<void> {
  await server?.stop();
}

// The language server of this window: which program it is, its process, and its state.
import { type Disposable, EventEmitter, type ExtensionContext, type LogOutputChannel, window, workspace } from "vscode";
import { LanguageClient, RevealOutputChannelOn, State, TransportKind } from "vscode-languageclient/node";
import { type Choice, chooseServer, serverSetting } from "./choice.ts";
import { READ } from "./definitions.ts";
import { projectProgram } from "./project.ts";

/** The id of the client, which is also the prefix of its setting `modelwright.trace.server`. */
const ID = "modelwright";

/** Commands of code lenses, which the extension runs. */
const LENS_COMMANDS = ["modelwright.run", "modelwright.check", "modelwright.graph", "modelwright.showReferences"];

/** A server that crashes is restarted at most this many times in three minutes. */
const MOST_RESTARTS = 4;

/** The state of the server. */
export type ServerState =
  | { readonly kind: "stopped" }
  | { readonly kind: "starting" }
  | { readonly kind: "running"; readonly choice: Choice; readonly version: string }
  | { readonly kind: "failed"; readonly message: string };

export interface Server extends Disposable {
  readonly state: () => ServerState;
  readonly onDidChange: (listener: (state: ServerState) => void) => Disposable;
  /** The running client; starts it if necessary. Rejects if it does not start. */
  readonly client: () => Promise<LanguageClient>;
  /** Restarts the server if it has been started. */
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** The id of its process; `undefined` if it is not running. */
  readonly process: () => number | undefined;
  /** The Modelwright that runs commands. */
  readonly choice: () => Promise<Choice>;
}

/** Creates the server without starting it. */
export function languageServer(context: ExtensionContext, log: LogOutputChannel): Server {
  const changed = new EventEmitter<ServerState>();
  let state: ServerState = { kind: "stopped" };
  let running: Promise<LanguageClient> | undefined;
  let started: LanguageClient | undefined;
  const become = (next: ServerState) => {
    state = next;
    changed.fire(next);
  };

  const start = async (): Promise<LanguageClient> => {
    become({ kind: "starting" });
    try {
      const choice = await chosen(context);
      log.info(`Using the ${choice.kind} server, ${choice.because}: ${choice.main}`);
      if (choice.isSubstitute) {
        void window.showWarningMessage(`Modelwright uses the bundled server, ${choice.because}.`);
      }
      const client = clientFor(choice, log);
      client.onDidChangeState(({ newState }) => {
        if (newState === State.Running) {
          become({ kind: "running", choice, version: client.initializeResult?.serverInfo?.version ?? "" });
        } else if (newState === State.StartFailed) become({ kind: "failed", message: "The server did not start." });
        else become({ kind: newState === State.Starting ? "starting" : "stopped" });
      });
      started = client;
      await client.start();
      return client;
    } catch (error) {
      log.error(error instanceof Error ? error : String(error));
      become({ kind: "failed", message: "The server did not start." });
      running = undefined;
      throw error;
    }
  };
  const stop = async () => {
    const client = await running?.catch(() => undefined);
    running = undefined;
    await client?.dispose();
  };
  const client = () => (running ??= start());
  return {
    state: () => state,
    onDidChange: changed.event,
    client,
    restart: async () => {
      if (running === undefined && state.kind !== "failed") return;
      await stop();
      await client();
    },
    stop,
    process: () => (state.kind === "running" ? started?.serverProcess?.pid : undefined),
    choice: () => chosen(context),
    dispose: () => changed.dispose(),
  };
}

async function chosen(context: ExtensionContext): Promise<Choice> {
  const setting = serverSetting(workspace.getConfiguration(ID).get("server"));
  const { isTrusted } = workspace;
  const folders = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  return chooseServer({
    setting,
    isTrusted,
    bundled: context.asAbsolutePath("server/dist/cli/main.js"),
    project: isTrusted && setting !== "bundled" ? await projectProgram(folders) : undefined,
  });
}

/** The client. The server runs with the Node.js of the editor, so that users do not need to install Node.js. */
function clientFor({ main }: Choice, log: LogOutputChannel): LanguageClient {
  return new LanguageClient(
    ID,
    "Modelwright",
    { module: main, args: ["lsp"], transport: TransportKind.stdio },
    {
      documentSelector: [...READ],
      outputChannel: log,
      traceOutputChannel: log,
      // Findings are visible in the editor. A command opens the log.
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: { retriggerCommand: "editor.action.triggerSuggest", commands: LENS_COMMANDS },
      connectionOptions: { maxRestartCount: MOST_RESTARTS },
      markdown: { isTrusted: false, supportHtml: false },
    },
  );
}

// The language server: connects the messages of the protocol with the session. It runs on standard input and output or in a web worker;
// the caller creates the connection.
import {
  type Connection,
  DidChangeWatchedFilesNotification,
  FileChangeType,
  type FileEvent,
  type InitializeParams,
  type InitializeResult,
  InsertTextMode,
  MessageType,
  ResponseError,
  ShowMessageNotification,
  TextDocumentSyncKind,
} from "vscode-languageserver";
import { DEFINITION_NAMES } from "../base/definition-file.ts";
import { baseName } from "../base/path.ts";
import { VERSION } from "../base/version.ts";
import type { Platform } from "./platform.ts";
import { type Answer, addRequests, CAPABILITIES } from "./requests.ts";
import { createRounds } from "./rounds.ts";
import { type ClientAbilities, createSession } from "./session.ts";
import { pathOfUri } from "./uris.ts";

/** Serves one client until it disconnects. */
export function serve(connection: Connection, platform: Platform): void {
  const session = createSession(platform);
  const { documents } = session;
  const log = (what: string, error: unknown) => connection.console.error(`${what}: ${describeError(error)}`);
  const rounds = createRounds(session, {
    publish: (uri, version, diagnostics) => {
      void connection.sendDiagnostics({ uri, diagnostics, ...(version === undefined ? {} : { version }) });
    },
    onRound: () => showMistakes(),
    guard: async (run) => {
      try {
        await run();
      } catch (error) {
        log("check", error);
      }
    },
  });
  const shownMistakes = new Set<string>();
  const showMistakes = () => {
    for (const { mistake } of session.workspaces()) {
      if (mistake === undefined || shownMistakes.has(mistake)) continue;
      shownMistakes.add(mistake);
      void connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Warning, message: mistake });
    }
  };
  let client: InitializeParams["capabilities"] = {};
  const hasWatchers = () => client.workspace?.didChangeWatchedFiles?.dynamicRegistration === true;

  connection.onInitialize((params): InitializeResult => {
    client = params.capabilities;
    session.client = abilitiesOf(params);
    const folders = params.workspaceFolders ?? (params.rootUri ? [{ uri: params.rootUri }] : []);
    session.setFolders(folders.flatMap(({ uri }) => pathOfUri(uri) ?? []));
    return {
      serverInfo: { name: "modelwright", version: VERSION },
      capabilities: {
        positionEncoding: "utf-16",
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
        ...CAPABILITIES,
      },
    };
  });

  connection.onInitialized(() => {
    if (hasWatchers()) {
      // A definition may refer to any file, so all files are watched. An event only makes the server compare states.
      connection.client
        .register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: "**/*" }] })
        .catch((error: unknown) => log("watch", error));
    }
    if (client.workspace?.workspaceFolders === true) {
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = new Set(removed.map(({ uri }) => pathOfUri(uri)));
        const left = session.folders().filter((folder) => !gone.has(folder));
        session.setFolders([...left, ...added.flatMap(({ uri }) => pathOfUri(uri) ?? [])]);
        rounds.schedule(true);
      });
    }
  });

  const refind = () => {
    for (const workspace of session.workspaces()) workspace.refind();
  };
  connection.onDidOpenTextDocument(({ textDocument }) => {
    if (documents.open(textDocument) !== undefined) rounds.schedule(true);
  });
  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    if (documents.change(uri, version, contentChanges) !== undefined) rounds.schedule();
  });
  connection.onDidSaveTextDocument(({ textDocument }) => {
    if (documents.get(textDocument.uri) === undefined) return;
    // A client without watchers does not tell about new files.
    if (!hasWatchers()) refind();
    rounds.schedule(true);
  });
  connection.onDidCloseTextDocument(({ textDocument }) => {
    if (documents.close(textDocument.uri) !== undefined) rounds.schedule(true);
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    if (changes.some(mayChangeDefinitions)) refind();
    rounds.schedule();
  });
  connection.onDidChangeConfiguration(() => rounds.schedule());
  connection.onShutdown(() => rounds.stop());

  const answer: Answer = (name, empty, run) => async (params, token) => {
    try {
      return await run(params, token);
    } catch (error) {
      if (error instanceof ResponseError) throw error;
      log(name, error);
      return empty;
    }
  };
  addRequests(connection, session, rounds, answer);
  connection.listen();
}

/** Whether a change on disk may add or remove a definition: in a new or deleted folder, too. */
function mayChangeDefinitions({ uri, type }: FileEvent): boolean {
  const name = baseName(uri);
  if (type === FileChangeType.Created) return DEFINITION_NAMES.some((each) => each === name) || !name.includes(".");
  return type === FileChangeType.Deleted || name === ".gitignore";
}

function abilitiesOf({ capabilities, initializationOptions }: InitializeParams): ClientAbilities {
  const item = capabilities.textDocument?.completion?.completionItem;
  const given: unknown = initializationOptions?.["retriggerCommand"];
  const commands: unknown = initializationOptions?.["commands"];
  return {
    hasSnippets: item?.snippetSupport === true,
    insertsAsIs: item?.insertTextModeSupport?.valueSet.includes(InsertTextMode.asIs) === true,
    retriggerCommand: typeof given === "string" ? given : undefined,
    commands: new Set(Array.isArray(commands) ? commands.filter((each) => typeof each === "string") : []),
  };
}

/** The kind of an error and its location in the code, without its message, which may contain text of a document. */
function describeError(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  const places = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return `${error.name} ${places
    .slice(0, 4)
    .map((line) => line.trim())
    .join(" ")}`;
}

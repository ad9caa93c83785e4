// A client of the language server, like an editor. It records everything that the server sends.
import { join } from "node:path";
import { PassThrough, type Readable, type Writable } from "node:stream";
import { pathToFileURL } from "node:url";
import {
  type ClientCapabilities,
  createConnection,
  createProtocolConnection,
  type Diagnostic,
  type InitializeResult,
  type Position,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
  type TextDocumentContentChangeEvent,
} from "vscode-languageserver/node";
import type { Platform } from "../src/lsp/platform.ts";
import { serve } from "../src/lsp/server.ts";
import { ROOT } from "./golden.ts";

/** A running server with its client. Paths are relative to the first folder; other URIs are complete. */
export interface EditorClient {
  readonly initialized: InitializeResult;
  /** All diagnostics that were published, in order. */
  readonly published: readonly PublishDiagnosticsParams[];
  /** The messages of the log, and those that are shown to the user. */
  readonly messages: readonly string[];
  /** Everything that the server wrote, as text. */
  readonly output: () => string;
  readonly uri: (path: string) => string;
  readonly open: (path: string, text: string, languageId?: string) => void;
  /** Replaces the whole text of a document. */
  readonly change: (path: string, text: string) => void;
  /** Sends edits of a document. */
  readonly edit: (path: string, ...contentChanges: TextDocumentContentChangeEvent[]) => void;
  readonly close: (path: string) => void;
  readonly notify: (method: string, params: object) => Promise<void>;
  readonly request: <R>(method: string, params: object) => Promise<R>;
  /** A request about a place of a document. */
  readonly at: <R>(method: string, path: string, position: Position, more?: object) => Promise<R>;
  /** The last diagnostics of a document, after all rounds of the server. */
  readonly diagnostics: (path: string) => Promise<readonly Diagnostic[]>;
  /** Ends the server at once, after a failed test. */
  readonly kill: () => void;
  /** Shuts the server down; resolves with the exit code of its process. */
  readonly stop: () => Promise<number | null>;
}

/** The capabilities of an editor like VS Code. */
export const FULL_CLIENT: ClientCapabilities = {
  textDocument: {
    completion: { completionItem: { snippetSupport: true } },
    rename: { prepareSupport: true },
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
    publishDiagnostics: { relatedInformation: true },
  },
  workspace: { workspaceFolders: true },
};

export interface ClientOptions {
  readonly capabilities?: ClientCapabilities;
  readonly initializationOptions?: object;
}

/** Starts the server in this process, on a platform that may be faulty. */
export function startServerOn(
  platform: Platform,
  folders: readonly string[],
  options: ClientOptions = {},
): Promise<EditorClient> {
  const [toServer, toClient] = [new PassThrough(), new PassThrough()];
  serve(createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient)), platform);
  return connect(folders, [toClient], toServer, { ended: async () => null, kill: () => {}, isProcess: false }, options);
}

export interface Running {
  readonly ended: () => Promise<number | null>;
  readonly kill: () => void;
  readonly isProcess: boolean;
}

/** Connects a client to the streams of a server. */
export async function connect(
  folders: readonly string[],
  outputs: readonly [Readable, ...Readable[]],
  input: Writable,
  { ended, kill, isProcess }: Running,
  { capabilities = FULL_CLIENT, initializationOptions }: ClientOptions,
): Promise<EditorClient> {
  const chunks: Buffer[] = [];
  for (const stream of outputs) stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  const connection = createProtocolConnection(new StreamMessageReader(outputs[0]), new StreamMessageWriter(input));
  const published: PublishDiagnosticsParams[] = [];
  const messages: string[] = [];
  connection.onNotification("textDocument/publishDiagnostics", (params: PublishDiagnosticsParams) => {
    published.push(params);
  });
  for (const method of ["window/logMessage", "window/showMessage"])
    connection.onNotification(method, ({ message }: { readonly message: string }) => {
      messages.push(message);
    });
  connection.onRequest("client/registerCapability", () => null);
  connection.listen();
  const [folder = ROOT] = folders;
  const uri = (path: string) => (/^\w+:/.test(path) ? path : pathToFileURL(join(folder, path)).href);
  const versions = new Map<string, number>();
  const next = (path: string) => {
    const version = (versions.get(path) ?? 0) + 1;
    versions.set(path, version);
    return version;
  };
  const request = <R>(method: string, params: object): Promise<R> => connection.sendRequest(method, params);
  const edit: EditorClient["edit"] = (path, ...contentChanges) => {
    const textDocument = { uri: uri(path), version: next(path) };
    void connection.sendNotification("textDocument/didChange", { textDocument, contentChanges });
  };
  const initialized = await request<InitializeResult>("initialize", {
    // A server that waits for the end of its parent would keep this process alive.
    processId: isProcess ? process.pid : null,
    rootUri: null,
    workspaceFolders: folders.map((each) => ({ uri: pathToFileURL(each).href, name: each })),
    capabilities,
    initializationOptions,
  });
  await connection.sendNotification("initialized", {});
  return {
    initialized,
    published,
    messages,
    output: () => Buffer.concat(chunks).toString("utf8"),
    uri,
    open: (path, text, languageId = path.endsWith(".py") ? "python" : "yaml") => {
      const textDocument = { uri: uri(path), languageId, version: next(path), text };
      void connection.sendNotification("textDocument/didOpen", { textDocument });
    },
    change: (path, text) => edit(path, { text }),
    edit,
    close: (path) => {
      void connection.sendNotification("textDocument/didClose", { textDocument: { uri: uri(path) } });
    },
    notify: (method, params) => connection.sendNotification(method, params),
    request,
    at: (method, path, position, more = {}) => request(method, { textDocument: { uri: uri(path) }, position, ...more }),
    diagnostics: async (path) => {
      await request("modelwright/settled", {});
      return published.findLast((each) => each.uri === uri(path))?.diagnostics ?? [];
    },
    kill,
    stop: async () => {
      await connection.sendRequest("shutdown");
      await connection.sendNotification("exit");
      return ended();
    },
  };
}

/** The position of an offset in a text, with the lines of the protocol. */
export function positionOf(text: string, offset: number): Position {
  const lines = text.slice(0, offset).split(/\r\n|\n|\r/);
  return { line: lines.length - 1, character: lines[lines.length - 1]?.length ?? 0 };
}

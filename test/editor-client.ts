// A client of the language server: starts the built command as an editor does, and notes everything that comes out of it.
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type ClientCapabilities,
  createProtocolConnection,
  type Diagnostic,
  type InitializeResult,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import { ROOT } from "./golden.ts";

/** A running server with its client. */
export interface EditorClient {
  readonly connection: ProtocolConnection;
  readonly process: ChildProcess;
  readonly initialized: InitializeResult;
  /** All diagnostics that were published, in order. */
  readonly published: readonly PublishDiagnosticsParams[];
  /** Everything that the server wrote, as text. */
  readonly output: () => string;
  readonly uri: (path: string) => string;
  readonly open: (path: string, text: string, languageId?: string) => void;
  /** Replaces the whole text of a document. */
  readonly change: (path: string, text: string) => void;
  readonly request: <R>(method: string, params: object) => Promise<R>;
  /** The last diagnostics of a document, after the server has become quiet. */
  readonly diagnostics: (path: string) => Promise<readonly Diagnostic[]>;
  /** Shuts the server down; resolves with its exit code. */
  readonly stop: () => Promise<number | null>;
}

/** What an editor like VS Code can do. */
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

/** Starts the server for some folders. */
export async function startEditor(
  folders: readonly string[],
  {
    capabilities = FULL_CLIENT,
    env = process.env,
  }: { capabilities?: ClientCapabilities; env?: NodeJS.ProcessEnv } = {},
): Promise<EditorClient> {
  const child = spawn(process.execPath, [join(ROOT, "dist/cli/main.js"), "lsp", "--stdio"], {
    cwd: folders[0] ?? ROOT,
    env,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const published: PublishDiagnosticsParams[] = [];
  connection.onNotification("textDocument/publishDiagnostics", (params: PublishDiagnosticsParams) => {
    published.push(params);
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
  const initialized = await request<InitializeResult>("initialize", {
    processId: process.pid,
    rootUri: null,
    workspaceFolders: folders.map((each) => ({ uri: pathToFileURL(each).href, name: each })),
    capabilities,
  });
  await connection.sendNotification("initialized", {});
  return {
    connection,
    process: child,
    initialized,
    published,
    output: () => Buffer.concat(chunks).toString("utf8"),
    uri,
    open: (path, text, languageId = path.endsWith(".py") ? "python" : "yaml") => {
      const textDocument = { uri: uri(path), languageId, version: next(path), text };
      void connection.sendNotification("textDocument/didOpen", { textDocument });
    },
    change: (path, text) => {
      const textDocument = { uri: uri(path), version: next(path) };
      void connection.sendNotification("textDocument/didChange", { textDocument, contentChanges: [{ text }] });
    },
    request,
    diagnostics: async (path) => {
      await request("modelwright/settled", {});
      return published.findLast((each) => each.uri === uri(path))?.diagnostics ?? [];
    },
    stop: async () => {
      const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
      await request("shutdown", {});
      await connection.sendNotification("exit");
      return ended;
    },
  };
}

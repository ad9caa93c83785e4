// A client of yaml-language-server, the server that most editors use for YAML. It has no settings except the comment in the file.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type CompletionItem,
  createProtocolConnection,
  type Hover,
  type MarkupContent,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import { ROOT } from "./golden.ts";

/** Places in a document: line and column start at 0. */
export interface YamlServer {
  readonly open: (path: string, text: string) => void;
  /** The labels of the completions, each with its documentation. */
  readonly complete: (path: string, line: number, column: number) => Promise<ReadonlyMap<string, string>>;
  readonly hover: (path: string, line: number, column: number) => Promise<string>;
  /** The messages for a document. */
  readonly problems: (path: string) => Promise<readonly string[]>;
}

/** Starts the server, and ends it after `body`. */
export async function withYamlServer(folder: string, body: (server: YamlServer) => Promise<void>): Promise<void> {
  const program = join(ROOT, "node_modules/yaml-language-server/bin/yaml-language-server");
  const child = spawn(process.execPath, [program, "--stdio"], { cwd: folder, stdio: ["pipe", "pipe", "ignore"] });
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const published = new Map<string, readonly string[]>();
  let wake = () => {};
  // Do not fetch a list of schemas.
  const settings = { validate: true, hover: true, completion: true, schemaStore: { enable: false } };
  connection.onRequest("workspace/configuration", ({ items }: { readonly items: readonly { section: string }[] }) =>
    items.map(({ section }) => (section === "yaml" ? settings : {})),
  );
  connection.onRequest("client/registerCapability", () => null);
  connection.onNotification("textDocument/publishDiagnostics", ({ uri, diagnostics }: PublishDiagnosticsParams) => {
    published.set(
      uri,
      diagnostics.map(({ range, message }) => `${range.start.line}: ${message}`),
    );
    wake();
  });
  connection.listen();
  const uri = (path: string) => pathToFileURL(join(folder, path)).href;
  const at = (path: string, line: number, character: number) => ({
    textDocument: { uri: uri(path) },
    position: { line, character },
  });
  const textOf = (documentation: string | MarkupContent | undefined): string =>
    typeof documentation === "object" ? documentation.value : (documentation ?? "");
  try {
    const formats = ["markdown", "plaintext"];
    await connection.sendRequest("initialize", {
      processId: process.pid,
      rootUri: pathToFileURL(folder).href,
      capabilities: {
        textDocument: {
          hover: { contentFormat: formats },
          completion: { completionItem: { documentationFormat: formats } },
        },
        workspace: { configuration: true },
      },
    });
    await connection.sendNotification("initialized", {});
    await body({
      open: (path, text) => {
        const textDocument = { uri: uri(path), languageId: "yaml", version: 1, text };
        void connection.sendNotification("textDocument/didOpen", { textDocument });
      },
      complete: async (path, line, column) => {
        const { items } = await connection.sendRequest<{ readonly items: readonly CompletionItem[] }>(
          "textDocument/completion",
          at(path, line, column),
        );
        return new Map(items.map(({ label, documentation }) => [label, textOf(documentation)]));
      },
      hover: async (path, line, column) => {
        const found = await connection.sendRequest<Hover | null>("textDocument/hover", at(path, line, column));
        return textOf(found === null ? undefined : (found.contents as MarkupContent));
      },
      problems: async (path) => {
        for (;;) {
          const found = published.get(uri(path));
          if (found !== undefined) return found;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      },
    });
  } finally {
    connection.dispose();
    child.kill();
  }
}

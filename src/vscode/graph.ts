// The graph of a definition as a page beside its text. The server computes the picture, in which secrets are hidden.
import { randomUUID } from "node:crypto";
import {
  type Disposable,
  languages,
  Range,
  Uri,
  ViewColumn,
  type Webview,
  type WebviewPanel,
  window,
  workspace,
} from "vscode";
import type { Picture } from "../draw/picture.ts";
import { graphPage } from "./graph-page.ts";
import type { FromPage, ToPage } from "./messages.ts";
import { workingDirectory } from "./programs.ts";
import type { Server } from "./server.ts";

const VIEW = "modelwright.graph";

/** The open graphs, one for each definition. */
export interface Graphs extends Disposable {
  /** Shows the graph of a definition, and moves to a model. */
  readonly show: (definition: Uri, model: string | undefined) => Promise<void>;
}

/** Creates the graphs of a window. An open graph follows the text of its definition. `folder` is the folder of the extension. */
export function graphPanels(server: Server, folder: Uri): Graphs {
  const panels = new Map<string, WebviewPanel>();
  const shown = new Map<string, string>();

  const update = async (definition: Uri) => {
    const key = definition.toString();
    const client = await server.client();
    const picture = await client.sendRequest<Picture | null>("modelwright/graph", { uri: key });
    const panel = panels.get(key);
    // Keep the last picture while the definition cannot be read.
    if (picture === null || panel === undefined) return;
    const text = JSON.stringify(picture);
    if (shown.get(key) === text) return;
    shown.set(key, text);
    await send(panel.webview, { kind: "picture", picture });
  };

  const open = async (definition: Uri): Promise<WebviewPanel> => {
    const key = definition.toString();
    const script = Uri.joinPath(folder, "page");
    const panel = window.createWebviewPanel(
      VIEW,
      `Graph of ${nameOf(definition)}`,
      { viewColumn: ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, localResourceRoots: [script], retainContextWhenHidden: true },
    );
    panels.set(key, panel);
    panel.onDidDispose(() => {
      panels.delete(key);
      shown.delete(key);
    });
    const { webview } = panel;
    const ready = new Promise<void>((resolve) => {
      webview.onDidReceiveMessage((message: FromPage) => {
        if (message.kind === "ready") resolve();
        else openPlace(definition, message.file, message.line).catch(() => {});
      });
    });
    webview.html = graphPage(webview.asWebviewUri(Uri.joinPath(script, "graph.js")).toString(), randomUUID());
    await ready;
    return panel;
  };

  // The server publishes findings after each check, which follows each change of the text.
  const follow = (uris: readonly Uri[]) => {
    for (const uri of uris) if (panels.has(uri.toString())) update(uri).catch(() => {});
  };
  const listening = [
    languages.onDidChangeDiagnostics(({ uris }) => follow(uris)),
    workspace.onDidChangeTextDocument(({ document }) => follow([document.uri])),
  ];
  return {
    show: async (definition, model) => {
      const known = panels.get(definition.toString());
      known?.reveal(undefined, true);
      const panel = known ?? (await open(definition));
      await update(definition);
      if (model !== undefined) await send(panel.webview, { kind: "reveal", model });
    },
    dispose: () => {
      for (const each of [...listening, ...panels.values()]) each.dispose();
    },
  };
}

function send(webview: Webview, message: ToPage): Thenable<boolean> {
  return webview.postMessage(message);
}

function nameOf(definition: Uri): string {
  return definition.path.split("/").at(-1) ?? "";
}

/** Opens a place of the graph beside it. Its path is relative to the working directory of the server. */
async function openPlace(definition: Uri, file: string, line: number): Promise<void> {
  const isOwn = definition.scheme === "untitled";
  const uri = isOwn ? definition : Uri.joinPath(Uri.file(workingDirectory(definition)), file);
  const at = new Range(line - 1, 0, line - 1, 0);
  await window.showTextDocument(uri, { selection: at, viewColumn: ViewColumn.One });
}

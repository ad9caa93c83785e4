// The page: files on the left; what the language server says about them on the right.
import { LSPClient } from "@codemirror/lsp-client";
import type { PublishDiagnosticsParams } from "vscode-languageserver";
import { type Checks, createChecks, severityOfFile } from "./checks.ts";
import { connectServer } from "./connection.ts";
import { notify } from "./dialogs.ts";
import { byId } from "./dom.ts";
import { createEditors, FOLDER, nameOf } from "./editors.ts";
import { createOpening } from "./examples.ts";
import { addFileTools } from "./file-tools.ts";
import { openMenu } from "./fix-menu.ts";
import { languageNamed } from "./language.ts";
import { readLink } from "./link.ts";
import { createResults } from "./results.ts";
import { formattingOnly } from "./sanitize.ts";
import { share } from "./share.ts";
import { createViews } from "./views.ts";
import { PlaygroundWorkspace } from "./workspace.ts";

/** A request takes longer only if the worker hangs, which `connectServer` detects. */
const REQUEST_MS = 60_000;

function start(): void {
  let checks: Checks | undefined;
  const views = createViews(() => checks?.refresh());
  const client = new LSPClient({
    rootUri: `file://${FOLDER}`,
    timeout: REQUEST_MS,
    workspace: (owner) =>
      new PlaygroundWorkspace(owner, (uri) => {
        editors.show(nameOf(uri));
        views.show("editor");
      }),
    sanitizeHTML: formattingOnly,
    highlightLanguage: languageNamed,
    notificationHandlers: {
      "textDocument/publishDiagnostics": (_client, params: PublishDiagnosticsParams) => {
        checks?.receive(params);
        return true;
      },
    },
    extensions: [
      {
        clientCapabilities: {
          textDocument: {
            publishDiagnostics: { versionSupport: true, relatedInformation: true },
            codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix"] } } },
          },
        },
      },
    ],
  });
  const editors = createEditors(byId("editors"), client, {
    onChange: () => {
      server.changed();
      checks?.changed();
    },
    onTabs: () => {
      tools.draw();
      checks?.changed();
    },
    onFix: (view) => {
      // A request fails only if its worker has ended.
      openMenu(view, client, editors).catch(() => {});
    },
  });
  const { open, openFirstExample } = createOpening(editors);
  const tools = addFileTools(editors, open, (name) => severityOfFile(checks?.files() ?? [], name));
  const server = connectServer(client, byId("server").textContent ?? "", {
    onRestart: () => {
      notify("The check took too long, so it was started again. Your text is unchanged.", "problem");
      checks?.changed();
    },
    onGiveUp: () => notify("The check takes too long. It starts again when you change the text.", "problem"),
  });
  checks = createChecks(client, editors, views, createResults(client), tools.draw);

  byId("share").addEventListener("click", () => void share(editors.files(), checks?.files() ?? []));
  const openLink = async (): Promise<void> => {
    const { hash } = location;
    if (hash === "") return;
    const read = await readLink(hash);
    // Meanwhile the user may have opened another link or an example.
    if (location.hash !== hash) return;
    if ("files" in read) open(read.files);
    else notify(read.problem, "problem");
    if ("problem" in read && editors.names().length === 0) openFirstExample();
  };
  addEventListener("hashchange", () => void openLink());
  if (location.hash === "") openFirstExample();
  else void openLink();
}

start();

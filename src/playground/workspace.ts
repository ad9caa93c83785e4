// The open files as the language client sees them: each has an editor, whether it is shown or not.
import { type LSPClient, LSPPlugin, Workspace, type WorkspaceFile } from "@codemirror/lsp-client";
import type { ChangeSet, Text } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";

interface OpenFile extends WorkspaceFile {
  readonly view: EditorView;
}

interface Update {
  readonly file: OpenFile;
  readonly prevDoc: Text;
  readonly changes: ChangeSet;
}

/** The files of the playground. `show` shows the file with a URI. */
export class PlaygroundWorkspace extends Workspace {
  override files: OpenFile[] = [];
  readonly #versions = new Map<string, number>();
  readonly #show: (uri: string) => void;

  constructor(client: LSPClient, show: (uri: string) => void) {
    super(client);
    this.#show = show;
  }

  #nextVersion(uri: string): number {
    const version = (this.#versions.get(uri) ?? 0) + 1;
    this.#versions.set(uri, version);
    return version;
  }

  override syncFiles(): readonly Update[] {
    const updates: Update[] = [];
    for (const file of this.files) {
      const plugin = LSPPlugin.get(file.view);
      if (plugin === null || plugin.unsyncedChanges.empty) continue;
      updates.push({ file, prevDoc: file.doc, changes: plugin.unsyncedChanges });
      file.doc = file.view.state.doc;
      file.version = this.#nextVersion(file.uri);
      plugin.clear();
    }
    return updates;
  }

  override openFile(uri: string, languageId: string, view: EditorView): void {
    const { doc } = view.state;
    const file: OpenFile = { uri, languageId, version: this.#nextVersion(uri), doc, view, getView: () => view };
    this.files.push(file);
    this.client.didOpen(file);
  }

  override closeFile(uri: string): void {
    this.files = this.files.filter((file) => file.uri !== uri);
    this.client.didClose(uri);
  }

  /** A new server gets the current texts. */
  override connected(): void {
    this.syncFiles();
    super.connected();
  }

  override displayFile(uri: string): Promise<EditorView | null> {
    const view = this.getFile(uri)?.getView() ?? null;
    if (view !== null) {
      this.#show(uri);
      view.focus();
    }
    return Promise.resolve(view);
  }
}

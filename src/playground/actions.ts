// What the server offers for findings: requests for code actions, and how their edits are applied.
import type { LSPClient } from "@codemirror/lsp-client";
import type { CodeAction, Command, Diagnostic, Range, TextEdit } from "vscode-languageserver";
import type { Editors } from "./editors.ts";
import { nameOf } from "./editors.ts";

/** A code action with an edit, and the findings that it belongs to. */
export interface Action {
  readonly title: string;
  readonly isPreferred: boolean;
  readonly diagnostics: readonly Diagnostic[];
  /** The edits of each file. */
  readonly edits: ReadonlyMap<string, readonly TextEdit[]>;
}

/** The actions that the server offers for findings in a range of a file; empty if it offers none. */
export async function actionsFor(
  client: LSPClient,
  uri: string,
  range: Range,
  diagnostics: readonly Diagnostic[],
): Promise<readonly Action[]> {
  if (client.serverCapabilities !== null && !client.serverCapabilities.codeActionProvider) return [];
  client.sync();
  const params = { textDocument: { uri }, range, context: { diagnostics, only: ["quickfix"], triggerKind: 1 } };
  const found = await client.request<typeof params, readonly (CodeAction | Command)[] | null>(
    "textDocument/codeAction",
    params,
  );
  return (found ?? []).flatMap((each) => {
    if (!("edit" in each) || each.edit === undefined || "disabled" in each) return [];
    const edits = new Map(Object.entries(each.edit.changes ?? {}));
    for (const change of each.edit.documentChanges ?? []) {
      if ("textDocument" in change)
        edits.set(
          change.textDocument.uri,
          change.edits.flatMap((edit) => ("newText" in edit ? [edit] : [])),
        );
    }
    const { title, isPreferred = false, diagnostics: fixed = [] } = each;
    return edits.size === 0 ? [] : [{ title, isPreferred, diagnostics: fixed, edits }];
  });
}

/** Applies an action to the editors, and shows the first file that it changes. */
export function applyAction({ edits }: Action, editors: Editors): void {
  for (const [uri, changes] of edits) {
    const view = editors.viewOf(nameOf(uri));
    if (view === undefined) continue;
    const { doc } = view.state;
    const offsetOf = ({ line, character }: Range["start"]) => {
      const at = doc.line(Math.min(line + 1, doc.lines));
      return Math.min(at.from + character, at.to);
    };
    view.dispatch({
      changes: changes.map(({ range, newText }) => ({
        from: offsetOf(range.start),
        to: offsetOf(range.end),
        insert: newText,
      })),
      userEvent: "input.fix",
    });
  }
}

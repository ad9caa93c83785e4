// A menu of the fixes at the cursor, for the keyboard.
import { type LSPClient, LSPPlugin } from "@codemirror/lsp-client";
import type { EditorView } from "@codemirror/view";
import { actionsFor, applyAction } from "./actions.ts";
import type { Editors } from "./editors.ts";
import { showMenu } from "./menu.ts";

/** Opens the menu of fixes at the cursor. If it has no fixes, the menu says so. */
export async function openMenu(view: EditorView, client: LSPClient, editors: Editors): Promise<void> {
  const plugin = LSPPlugin.get(view);
  if (plugin === null) return;
  const { head } = view.state.selection.main;
  const line = view.state.doc.lineAt(head);
  const position = plugin.toPosition(head);
  const atCursor = await actionsFor(client, plugin.uri, { start: position, end: position }, []);
  const inLine = { start: plugin.toPosition(line.from), end: plugin.toPosition(line.to) };
  const actions = atCursor.length > 0 ? atCursor : await actionsFor(client, plugin.uri, inLine, []);
  const coordinates = view.coordsAtPos(head) ?? view.dom.getBoundingClientRect();
  const entries = actions.map((action) => ({ label: action.title, run: () => applyAction(action, editors) }));
  const place = { left: coordinates.left, top: coordinates.bottom + 4 };
  const none = { label: "No fix for this line", run: () => {} };
  showMenu("Fixes", entries.length === 0 ? [none] : entries, place, () => view.focus());
}

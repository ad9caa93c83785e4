// Functions that the steps share: they read and change the open definition.
import {
  commands,
  type Diagnostic,
  extensions,
  languages,
  type Position,
  Range,
  Selection,
  type TextEditor,
  Uri,
  window,
  workspace,
} from "vscode";
import type { Api } from "../../src/vscode/extension.ts";
import { until } from "./until.ts";

/** A step of the walk, which rejects if the editor is not as expected. */
export type Step = readonly [name: string, run: () => Promise<void>];

/** The absolute path of the folder that is open. */
export function root(): Uri {
  const folder = workspace.workspaceFolders?.[0];
  if (folder === undefined) throw new Error("no folder is open");
  return folder.uri;
}

export const uriOf = (path: string): Uri => Uri.joinPath(root(), path);

/** Opens a file in the editor. */
export async function open(path: string): Promise<TextEditor> {
  return window.showTextDocument(await workspace.openTextDocument(uriOf(path)), { preview: false });
}

export const definition = (): Promise<TextEditor> => open("efemarai.yaml");
export const python = (): Promise<TextEditor> => open("inference.py");

/** The API of the extension. */
export function api(): Api {
  const extension = extensions.getExtension<Api>("modelwright.modelwright");
  if (extension?.isActive !== true) throw new Error("the extension is not active");
  return extension.exports;
}

export function check(condition: boolean, message: string): void {
  if (!condition) throw new Error(message);
}

/** Compares two values as JSON. */
export function same(actual: unknown, expected: unknown, message: string): void {
  const [is, should] = [actual, expected].map((value) => JSON.stringify(value));
  check(is === should, `${message}: ${is} and not ${should}`);
}

/** The place before a text, or `inside` characters after its start. The text must be there. */
export function at(editor: TextEditor, text: string, inside = 0): Position {
  const offset = editor.document.getText().indexOf(text);
  check(offset >= 0, `"${text}" is not in ${editor.document.uri.path}`);
  return editor.document.positionAt(offset + inside);
}

/** Puts the cursor inside a text. */
export function select(editor: TextEditor, text: string, inside = 0): Position {
  const place = at(editor, text, inside);
  editor.selection = new Selection(place, place);
  return place;
}

/** Replaces a text, as typing does: the document is not saved. */
export async function replace(editor: TextEditor, text: string, by: string): Promise<void> {
  const start = at(editor, text);
  const end = editor.document.positionAt(editor.document.offsetAt(start) + text.length);
  check(await editor.edit((edit) => edit.replace(new Range(start, end), by)), "the text cannot be edited");
}

/** Discards the changes that a failed step has left. */
export async function restore(): Promise<void> {
  for (const document of workspace.textDocuments.filter(({ isDirty }) => isDirty)) {
    await window.showTextDocument(document);
    await commands.executeCommand("workbench.action.files.revert");
  }
}

/** Undoes until a document has a text again. */
export async function undoTo(editor: TextEditor, text: string): Promise<void> {
  await window.showTextDocument(editor.document, { preview: false });
  await until("undo", async () => {
    if (editor.document.getText() === text) return true;
    await commands.executeCommand("undo");
    return undefined;
  });
}

/** Waits for the findings of a file: until all rounds of the server are done and the findings are as expected. */
export async function findings(path: string, wanted: (codes: readonly string[]) => boolean): Promise<Diagnostic[]> {
  const codes = (all: readonly Diagnostic[]) => all.map(codeOf);
  await api().settled();
  let found: Diagnostic[] = [];
  return until(`other findings than ${path} has`, () => {
    found = languages.getDiagnostics(uriOf(path));
    return wanted(codes(found)) ? found : undefined;
  }).catch((error: Error) => {
    throw new Error(`${error.message}: ${found.map((each) => `${codeOf(each)}: ${each.message}`).join(", ")}`);
  });
}

/** The code of a finding, which may have the URL of its documentation. */
export function codeOf({ code }: Diagnostic): string {
  return String(typeof code === "object" ? code.value : code);
}

export const none = (codes: readonly string[]): boolean => codes.length === 0;

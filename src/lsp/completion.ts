// Converts completion items to those of the protocol.
import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  InsertTextFormat,
  InsertTextMode,
  MarkupKind,
  type Position,
} from "vscode-languageserver";
import { complete } from "../editor/complete/complete.ts";
import type { CompletionItem as Completed, CompletionKind } from "../editor/complete/completion.ts";
import type { OpenDocument } from "./documents.ts";
import { rangeOf } from "./positions.ts";
import type { ClientAbilities, Session } from "./session.ts";
import { NOTHING, UNTITLED_PATH } from "./workspace.ts";

/** The items that can be inserted at a place of a document; empty in documents that are not definitions. */
export function completionList(session: Session, document: OpenDocument, position: Position): CompletionList {
  if (!document.isDefinition) return { isIncomplete: false, items: [] };
  const owned = document.path === undefined ? undefined : session.ownerOf(document.path);
  const { items, isComplete } = complete({
    source: { path: owned?.path ?? UNTITLED_PATH, text: document.text.getText() },
    offset: document.text.offsetAt(position),
    host: owned?.workspace.host ?? NOTHING,
    variables: session.variables(owned),
  });
  const before = document.text.getText({ start: { line: position.line, character: 0 }, end: position });
  return { isIncomplete: !isComplete, items: items.map((item) => completionItem(item, session.client, before)) };
}

/** An item of the protocol. `before` is the line up to the cursor. */
function completionItem(item: Completed, client: ClientAbilities, before: string): CompletionItem {
  const {
    label,
    kind,
    detail,
    documentation,
    filter = label,
    sort,
    isPreferred,
    edit,
    snippet,
    indent,
    continues,
  } = item;
  // Neovim 0.11 shows an item without this text whatever was typed. Older versions require that an item with this text starts with
  // the word at the cursor.
  const isWord = /^\w*$/.test(before.slice(rangeOf(edit.span).start.character));
  const isSnippet = snippet !== undefined && client.hasSnippets;
  const text = isSnippet ? snippet : edit.text;
  // By default, editors indent the further lines of a snippet like the line of the cursor.
  const isIndentedThere = isSnippet && indent !== undefined && !client.insertsAsIs;
  const newText = isIndentedThere ? text.replaceAll(`\n${indent}`, "\n") : text;
  return {
    label,
    kind: KINDS[kind],
    sortText: sort,
    textEdit: { range: rangeOf(edit.span), newText },
    ...(isSnippet ? { insertTextFormat: InsertTextFormat.Snippet } : {}),
    ...(indent !== undefined && client.insertsAsIs ? { insertTextMode: InsertTextMode.asIs } : {}),
    ...(detail === undefined ? {} : { detail }),
    ...(documentation === undefined ? {} : { documentation: { kind: MarkupKind.Markdown, value: documentation } }),
    ...(filter !== label || isWord ? { filterText: filter } : {}),
    ...(isPreferred === true ? { preselect: true } : {}),
    ...(continues === true && client.retriggerCommand !== undefined
      ? { command: { title: "Complete", command: client.retriggerCommand } }
      : {}),
  };
}

const KINDS: Readonly<Record<CompletionKind, CompletionItemKind>> = {
  key: CompletionItemKind.Property,
  word: CompletionItemKind.EnumMember,
  name: CompletionItemKind.Reference,
  variable: CompletionItemKind.Variable,
  file: CompletionItemKind.File,
  folder: CompletionItemKind.Folder,
  module: CompletionItemKind.Module,
  function: CompletionItemKind.Function,
  class: CompletionItemKind.Class,
  parameter: CompletionItemKind.Field,
  snippet: CompletionItemKind.Snippet,
};

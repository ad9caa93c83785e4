import type { TextEdit, WorkspaceEdit } from "vscode-languageserver";
import type { Edit } from "../base/diagnostic.ts";
import { rangeOf } from "./positions.ts";

/** Converts edits to a workspace edit of the protocol. */
export function workspaceEdit(edits: readonly Edit[], uriOf: (path: string) => string): WorkspaceEdit {
  const changes: Record<string, TextEdit[]> = {};
  for (const { span, newText } of edits) {
    const uri = uriOf(span.source.path);
    changes[uri] = [...(changes[uri] ?? []), { range: rangeOf(span), newText }];
  }
  return { changes };
}

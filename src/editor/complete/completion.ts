// The types of completion: the request of an editor, and the items that it gets.
import type { Host } from "../../base/host.ts";
import type { Source, Span } from "../../base/source.ts";

/** A place in an open document, and the workspace around it. */
export interface CompletionRequest {
  /** The open document. Its path is relative to the working directory. */
  readonly source: Source;
  /** The place of the cursor, in UTF-16 units. */
  readonly offset: number;
  /** Prefers open documents to files on disk. */
  readonly host: Host;
  /** The names of the environment variables that the workspace uses. */
  readonly variables: readonly string[];
}

export interface Completion {
  /** In the order in which they are shown, if the editor does not sort them itself. */
  readonly items: readonly CompletionItem[];
  /** Whether more typing can only narrow the list, so that the editor does not need to ask again. */
  readonly isComplete: boolean;
}

export type CompletionKind =
  | "key"
  | "word"
  | "name"
  | "variable"
  | "file"
  | "folder"
  | "module"
  | "function"
  | "class"
  | "parameter"
  | "snippet";

export interface CompletionItem {
  readonly label: string;
  readonly kind: CompletionKind;
  /** Short text after the label: a type or a signature. */
  readonly detail?: string;
  /** Markdown. Text of users in it is escaped. */
  readonly documentation?: string;
  /** The text that is compared with what the user has typed; the label if absent. */
  readonly filter?: string;
  /** Editors sort the items by this text. */
  readonly sort: string;
  readonly isPreferred?: boolean;
  /** The span contains the cursor and stays on its line. */
  readonly edit: { readonly span: Span; readonly text: string };
  /** The new text with LSP placeholders, for editors that support them. */
  readonly snippet?: string;
  /**
   * If the texts have several lines, the whitespace with which each further line begins: that of the line of the cursor. Editors that
   * indent inserted lines themselves must get the texts without it.
   */
  readonly indent?: string;
  /** Whether the editor should ask again after the item has been inserted, as after a folder or a key. */
  readonly continues?: boolean;
}

// The open documents. Their text replaces the text on disk.
import type { TextDocumentContentChangeEvent } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { isDefinitionText } from "../base/definition-file.ts";
import { baseName } from "../base/path.ts";
import { isReadable, pathOfUri } from "./uris.ts";

/** The language id of definitions, in editors that support custom languages. */
export const LANGUAGE = "efemarai-yaml";

/** A document that is open in the editor. */
export interface OpenDocument {
  readonly uri: string;
  /** Absolute; `undefined` if it has never been saved. */
  readonly path: string | undefined;
  readonly text: TextDocument;
  /** Differs after each change of any document. */
  readonly revision: number;
  readonly isDefinition: boolean;
}

/** All open documents. */
export interface Documents {
  readonly all: () => Iterable<OpenDocument>;
  readonly get: (uri: string) => OpenDocument | undefined;
  /** The open document of an absolute path. */
  readonly at: (path: string) => OpenDocument | undefined;
  readonly open: (document: {
    uri: string;
    languageId: string;
    version: number;
    text: string;
  }) => OpenDocument | undefined;
  readonly change: (
    uri: string,
    version: number,
    changes: TextDocumentContentChangeEvent[],
  ) => OpenDocument | undefined;
  readonly close: (uri: string) => OpenDocument | undefined;
}

/** Creates an empty set of open documents. */
export function openDocuments(): Documents {
  const byUri = new Map<string, OpenDocument>();
  const byPath = new Map<string, OpenDocument>();
  let revision = 0;
  const put = (uri: string, text: TextDocument): OpenDocument => {
    const path = pathOfUri(uri);
    revision += 1;
    const document = { uri, path, text, revision, isDefinition: isDefinition(path, text) };
    byUri.set(uri, document);
    if (path !== undefined) byPath.set(path, document);
    return document;
  };
  return {
    all: () => byUri.values(),
    get: (uri) => byUri.get(uri),
    at: (path) => byPath.get(path),
    open: ({ uri, languageId, version, text }) =>
      isReadable(uri) ? put(uri, TextDocument.create(uri, languageId, version, text)) : undefined,
    change: (uri, version, changes) => {
      const document = byUri.get(uri);
      // The document is updated in place.
      return document && put(uri, TextDocument.update(document.text, changes, version));
    },
    close: (uri) => {
      const document = byUri.get(uri);
      byUri.delete(uri);
      if (document?.path !== undefined && byPath.get(document.path) === document) byPath.delete(document.path);
      return document;
    },
  };
}

function isDefinition(path: string | undefined, text: TextDocument): boolean {
  // Eglot 1.9 sends the language of the first document of a server for all of them.
  if (text.languageId === LANGUAGE) return path === undefined || !isPython(path);
  return path !== undefined && isDefinitionText(path, () => text.getText());
}

/** Whether a path may be Python code. */
export function isPython(path: string): boolean {
  return /\.pyi?$/.test(baseName(path));
}

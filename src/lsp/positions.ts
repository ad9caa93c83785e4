// Converts spans of the compiler to positions of the protocol: lines and UTF-16 columns that start at 0. In the protocol, a lone carriage
// return also ends a line. A byte order mark is part of a file, but not of its document.
import type { Location, Range } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { joinPath } from "../base/path.ts";
import { remember } from "../base/remember.ts";
import type { Source, Span } from "../base/source.ts";
import { uriOfPath } from "./uris.ts";

interface Lines {
  readonly document: TextDocument;
  /** The length of the byte order mark. */
  readonly shift: number;
}

const linesOf = remember((source: Source): Lines => {
  const shift = source.text.charCodeAt(0) === 0xfeff ? 1 : 0;
  return { document: TextDocument.create("", "", 0, shift === 0 ? source.text : source.text.slice(1)), shift };
});

/** The range of a span in its document. */
export function rangeOf({ source, start, end }: Span): Range {
  const { document, shift } = linesOf(source);
  return { start: document.positionAt(start - shift), end: document.positionAt(end - shift) };
}

/** The range of a span with the URI of its file. Its path is relative to `folder`. */
export function locationOf(span: Span, uriOf: (path: string) => string): Location {
  return { uri: uriOf(span.source.path), range: rangeOf(span) };
}

/** The URI of a path of a workspace. `openUri` returns the editor's spelling of the URI of an open document. */
export function uriIn(folder: string, path: string, openUri: (path: string) => string | undefined): string {
  const absolute = joinPath(folder, path);
  return openUri(absolute) ?? uriOfPath(absolute);
}

// Spans of the compiler as positions of the protocol: lines and UTF-16 columns from 0. Lines of the protocol also end at a lone
// carriage return, and a byte order mark is part of a file, but not of its document.
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

/** The range of a span with the address of its file. `folder` is the folder that its path is relative to. */
export function locationOf(span: Span, uriOf: (path: string) => string): Location {
  return { uri: uriOf(span.source.path), range: rangeOf(span) };
}

/** The address of a path of a workspace. `openUri` gives the spelling of the editor for an open document. */
export function uriIn(folder: string, path: string, openUri: (path: string) => string | undefined): string {
  const absolute = joinPath(folder, path);
  return openUri(absolute) ?? uriOfPath(absolute);
}

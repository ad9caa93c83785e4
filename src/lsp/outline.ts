// Converts outlines to symbols of the protocol.
import { type DocumentSymbol, SymbolKind, type WorkspaceSymbol } from "vscode-languageserver";
import type { OutlineEntry } from "../editor/outline.ts";
import { rangeOf } from "./positions.ts";

const KINDS: Readonly<Record<OutlineEntry["kind"], SymbolKind>> = {
  section: SymbolKind.Namespace,
  model: SymbolKind.Class,
  file: SymbolKind.File,
  call: SymbolKind.Function,
  input: SymbolKind.Property,
  output: SymbolKind.Property,
  dataset: SymbolKind.Array,
  domain: SymbolKind.Module,
  transformation: SymbolKind.Operator,
  test: SymbolKind.Event,
  baseline: SymbolKind.Event,
  other: SymbolKind.Object,
};

/** An entry of an outline with everything below it. */
export function documentSymbol({ name, kind, span, nameSpan, below }: OutlineEntry): DocumentSymbol {
  return {
    name,
    kind: KINDS[kind],
    range: rangeOf(span),
    selectionRange: rangeOf(nameSpan),
    ...(below.length === 0 ? {} : { children: below.map(documentSymbol) }),
  };
}

/** The maximum number of entries in a response. */
const MOST = 500;

/** The named entries of some outlines whose name contains a text, ignoring case. */
export function workspaceSymbols(
  query: string,
  files: readonly { readonly uri: string; readonly outline: readonly OutlineEntry[] }[],
): WorkspaceSymbol[] {
  const wanted = query.toLowerCase();
  const found: WorkspaceSymbol[] = [];
  const visit = (uri: string, { name, kind, nameSpan, below }: OutlineEntry, container: string | undefined) => {
    if (found.length >= MOST) return;
    const isNamed = kind !== "section" && kind !== "call";
    if (isNamed && name.toLowerCase().includes(wanted)) {
      const location = { uri, range: rangeOf(nameSpan) };
      found.push({
        name,
        kind: KINDS[kind],
        location,
        ...(container === undefined ? {} : { containerName: container }),
      });
    }
    for (const each of below) visit(uri, each, isNamed ? name : container);
  };
  for (const { uri, outline } of files) for (const entry of outline) visit(uri, entry, undefined);
  return found;
}

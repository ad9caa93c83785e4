// The requests of the protocol. Each handler finds the document and its check, calls a pure function of `editor/`, and converts the
// result.
import type { CancellationToken, Connection, ServerCapabilities } from "vscode-languageserver";
import { CodeActionKind, type CompletionList, SemanticTokensBuilder } from "vscode-languageserver";
import type { Span } from "../base/source.ts";
import { hideSecrets } from "../check/conceal.ts";
import type { Picture } from "../draw/picture.ts";
import { declarationsOf, referencesOf } from "../editor/definition.ts";
import { foldingRanges } from "../editor/folding.ts";
import { hintsOf } from "../editor/hints.ts";
import { hover } from "../editor/hover.ts";
import { linksOf } from "../editor/links.ts";
import { outline } from "../editor/outline.ts";
import { errorAfter, refusal, rename } from "../editor/rename.ts";
import { type Occurrence, type SymbolTable, symbolTable } from "../editor/symbols.ts";
import { TOKEN_KINDS, tokensOf } from "../editor/tokens.ts";
import { codeActions } from "./code-actions.ts";
import { completionList } from "./completion.ts";
import type { OpenDocument } from "./documents.ts";
import { FIX_ALL } from "./kinds.ts";
import { codeLenses } from "./lenses.ts";
import { documentSymbol, workspaceSymbols } from "./outline.ts";
import { rangeOf, uriIn } from "./positions.ts";
import { bindingsOf, type Product, pictureOf, planOf } from "./products.ts";
import { refused } from "./refused.ts";
import type { Rounds } from "./rounds.ts";
import type { Session } from "./session.ts";
import { type DefinitionCheck, UNTITLED_PATH, type Workspace } from "./workspace.ts";
import { workspaceEdit } from "./workspace-edit.ts";

/** Wraps the handler of a request: after an exception, the response is empty. */
export type Answer = <P, R>(
  name: string,
  empty: R,
  run: (params: P, token: CancellationToken) => R | Promise<R>,
) => (params: P, token: CancellationToken) => Promise<R>;

/** The command that publishes the findings of all definitions. */
const CHECK_WORKSPACE = "modelwright.checkWorkspace";

/** The capabilities of the server. */
export const CAPABILITIES: ServerCapabilities = {
  completionProvider: { triggerCharacters: ["$", "{", ".", "[", '"', "'", ":", "/", " ", "-"] },
  hoverProvider: true,
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  renameProvider: { prepareProvider: true },
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL] },
  documentSymbolProvider: true,
  documentLinkProvider: {},
  foldingRangeProvider: true,
  semanticTokensProvider: { legend: { tokenTypes: [...TOKEN_KINDS], tokenModifiers: [] }, full: true },
  inlayHintProvider: true,
  workspaceSymbolProvider: true,
  codeLensProvider: {},
  executeCommandProvider: { commands: [CHECK_WORKSPACE] },
};

/** The response if the text has changed since the request. It makes the editor ask again. */
const OVERTAKEN: CompletionList = { isIncomplete: true, items: [] };

/** An open document of a workspace, with an offset in it. */
interface Asked {
  readonly document: OpenDocument;
  readonly workspace: Workspace | undefined;
  readonly path: string;
  readonly offset: number;
}

/** Adds the handlers of all requests. */
export function addRequests(connection: Connection, session: Session, rounds: Rounds, answer: Answer): void {
  const { documents, platform } = session;
  const openUri = (path: string) => documents.at(path)?.uri;

  /** The document of a request, with its workspace. A document that has never been saved has none. */
  const ask = (uri: string, position = { line: 0, character: 0 }): Asked | undefined => {
    const document = documents.get(uri);
    if (document === undefined) return undefined;
    const owned = document.path === undefined ? undefined : session.ownerOf(document.path);
    const offset = document.text.offsetAt(position);
    return { document, workspace: owned?.workspace, path: owned?.path ?? UNTITLED_PATH, offset };
  };
  /** The result for an open definition. */
  const checkOf = (asked: Asked | undefined): DefinitionCheck | undefined =>
    asked?.document.isDefinition === true ? session.checkDocument(asked.document) : undefined;
  const uriOf =
    ({ document, workspace }: Asked) =>
    (path: string): string =>
      workspace === undefined ? document.uri : uriIn(workspace.folder, path, openUri);
  const locations = (asked: Asked, spans: readonly Span[]) =>
    spans.map((span) => ({ uri: uriOf(asked)(span.source.path), range: rangeOf(span) }));

  /** The symbols around a document: of its own graph, or of all definitions of its workspace. */
  const symbolsAround = (asked: Asked, isEverywhere: boolean): { table: SymbolTable; checks: DefinitionCheck[] } => {
    const own = checkOf(asked);
    const others = own === undefined || isEverywhere ? session.relatedChecks(asked) : [];
    const checks = own === undefined ? [...others] : [own, ...others.filter(({ path }) => path !== own.path)];
    return { table: symbolTable(checks.map(({ checked }) => checked.graph)), checks };
  };
  const symbolAt = (asked: Asked | undefined, isEverywhere: boolean) => {
    if (asked === undefined) return undefined;
    const { table, checks } = symbolsAround(asked, isEverywhere);
    const occurrence = table.at(asked.path, asked.offset);
    return occurrence && { asked, table, checks, occurrence };
  };

  // For programs that need to know when the findings of the current text are published, such as tests.
  connection.onRequest(
    "modelwright/settled",
    answer("settled", null, async () => {
      await platform.idle();
      await rounds.settled();
      return null;
    }),
  );

  for (const [name, product] of [
    ["plan", planOf],
    ["bindings", bindingsOf],
  ] as const) {
    const answered = answer<{ readonly uri: string }, Product | null>(name, null, ({ uri }) => {
      const asked = ask(uri);
      if (asked?.document.isDefinition !== true) return null;
      return product({ ...asked, text: asked.document.text.getText() });
    });
    connection.onRequest<Product | null, never>(`modelwright/${name}`, answered);
  }

  connection.onRequest<Picture | null, never>(
    "modelwright/graph",
    answer<{ readonly uri: string }, Picture | null>("graph", null, ({ uri }) => {
      const asked = ask(uri);
      const result = checkOf(asked);
      if (asked === undefined || result === undefined) return null;
      return pictureOf({ ...asked, text: asked.document.text.getText() }, result);
    }),
  );

  connection.onCompletion(
    answer("completion", OVERTAKEN, async ({ textDocument, position }, token) => {
      const before = documents.get(textDocument.uri);
      // Handle all messages that have arrived after the request first.
      await platform.idle();
      const document = documents.get(textDocument.uri);
      if (document === undefined || document !== before || token.isCancellationRequested) return OVERTAKEN;
      return completionList(session, document, position);
    }),
  );

  connection.onHover(
    answer("hover", null, ({ textDocument, position }) => {
      const asked = ask(textDocument.uri, position);
      const result = checkOf(asked);
      if (asked === undefined || result === undefined) return null;
      const linkTo = (span: Span) => `${uriOf(asked)(span.source.path)}#L${rangeOf(span).start.line + 1}`;
      const found = hover(result.checked.graph, asked.path, asked.offset, linkTo);
      return found === undefined
        ? null
        : { contents: { kind: "markdown" as const, value: found.markdown }, range: rangeOf(found.span) };
    }),
  );

  connection.onDefinition(
    answer("definition", null, ({ textDocument, position }) => {
      const asked = ask(textDocument.uri, position);
      const found = symbolAt(asked, false);
      if (found !== undefined) return locations(found.asked, declarationsOf(found.table, found.occurrence));
      const result = checkOf(asked);
      if (asked === undefined || result?.definition === undefined) return null;
      const link = linksOf(result.checked.graph, result.definition.source).find(
        ({ span, target }) => target.kind === "file" && span.start <= asked.offset && asked.offset <= span.end,
      );
      if (link?.target.kind !== "file") return null;
      const start = { line: 0, character: 0 };
      return [{ uri: uriOf(asked)(link.target.path), range: { start, end: start } }];
    }),
  );

  connection.onReferences(
    answer("references", null, ({ textDocument, position, context }) => {
      const found = symbolAt(ask(textDocument.uri, position), true);
      if (found === undefined) return null;
      return locations(found.asked, referencesOf(found.table, found.occurrence, context.includeDeclaration));
    }),
  );

  connection.onDocumentHighlight(
    answer("highlight", null, async ({ textDocument, position }) => {
      await rounds.settled();
      const found = symbolAt(ask(textDocument.uri, position), false);
      if (found === undefined) return null;
      const own = found.table.placesOf(found.occurrence).filter(({ span }) => span.source.path === found.asked.path);
      return own.map(({ span }) => ({ range: rangeOf(span) }));
    }),
  );

  const refuse = (occurrence: Occurrence) => {
    const why = refusal(occurrence);
    if (why !== undefined) throw refused(why);
  };

  connection.onPrepareRename(
    answer("prepareRename", null, ({ textDocument, position }) => {
      const found = symbolAt(ask(textDocument.uri, position), false);
      if (found === undefined) return null;
      refuse(found.occurrence);
      const { span, name } = found.occurrence;
      const shown = hideSecrets(found.checks.flatMap(({ checked }) => checked.graph.bound.files)).text(name);
      return shown === name ? { range: rangeOf(span), placeholder: name } : rangeOf(span);
    }),
  );

  connection.onRenameRequest(
    answer("rename", null, ({ textDocument, position, newName }) => {
      const found = symbolAt(ask(textDocument.uri, position), true);
      if (found === undefined) return null;
      const { asked, table, occurrence, checks } = found;
      const renamed = rename(table, occurrence, newName);
      if (renamed.kind === "refused") throw refused(renamed.why);
      const host = asked.workspace?.host;
      const results = checks.map(({ checked }) => checked);
      const error = host && errorAfter(results, renamed.edits, host, asked.workspace?.options ?? {});
      if (error !== undefined) throw refused(`The new name would cause an error: ${error}`);
      return workspaceEdit(renamed.edits, uriOf(asked));
    }),
  );

  connection.onCodeAction(
    answer("codeAction", null, async ({ textDocument, range, context }) => {
      await rounds.settled();
      const asked = ask(textDocument.uri, range.start);
      const result = checkOf(asked);
      if (asked === undefined || result === undefined) return null;
      const end = asked.document.text.offsetAt(range.end);
      return codeActions(session, { ...asked, end, result, uriOf: uriOf(asked), only: context.only });
    }),
  );

  connection.onDocumentSymbol(
    answer("documentSymbol", null, async ({ textDocument }) => {
      await rounds.settled();
      const definition = checkOf(ask(textDocument.uri))?.definition;
      return definition === undefined ? null : outline(definition).map(documentSymbol);
    }),
  );

  connection.onDocumentLinks(
    answer("documentLink", null, async ({ textDocument }) => {
      await rounds.settled();
      const asked = ask(textDocument.uri);
      const result = checkOf(asked);
      if (asked === undefined || result?.definition === undefined) return null;
      return linksOf(result.checked.graph, result.definition.source).map(({ span, target }) => ({
        range: rangeOf(span),
        target: target.kind === "url" ? target.url : uriOf(asked)(target.path),
      }));
    }),
  );

  connection.onFoldingRanges(
    answer("foldingRange", null, async ({ textDocument }) => {
      await rounds.settled();
      const definition = checkOf(ask(textDocument.uri))?.definition;
      return (
        definition &&
        foldingRanges(definition).map((span) => {
          const { start, end } = rangeOf(span);
          return { startLine: start.line, endLine: end.line };
        })
      );
    }),
  );

  connection.languages.semanticTokens.on(
    answer("semanticTokens", { data: [] }, async ({ textDocument }) => {
      await rounds.settled();
      const result = checkOf(ask(textDocument.uri));
      const builder = new SemanticTokensBuilder();
      if (result?.definition === undefined) return builder.build();
      for (const { span, kind } of tokensOf(result.checked.graph, result.definition.source)) {
        const { start, end } = rangeOf(span);
        if (start.line !== end.line) continue;
        builder.push(start.line, start.character, end.character - start.character, TOKEN_KINDS.indexOf(kind), 0);
      }
      return builder.build();
    }),
  );

  connection.languages.inlayHint.on(
    answer("inlayHint", null, async ({ textDocument, range }) => {
      await rounds.settled();
      const asked = ask(textDocument.uri, range.start);
      const result = checkOf(asked);
      if (asked === undefined || result?.definition === undefined) return null;
      const { source } = result.definition;
      const end = asked.document.text.offsetAt(range.end);
      return hintsOf(result.checked.graph, source)
        .filter(({ offset }) => asked.offset <= offset && offset <= end)
        .map(({ offset, text, kind }) => ({
          position: rangeOf({ source, start: offset, end: offset }).start,
          label: text,
          ...(kind === "type" ? { kind: 1 as const } : { paddingLeft: true }),
        }));
    }),
  );

  connection.onWorkspaceSymbol(
    answer("workspaceSymbol", null, ({ query }) => {
      const checks = session
        .workspaces()
        .flatMap((workspace) => session.allChecks(workspace).map((check) => ({ check, workspace })));
      return workspaceSymbols(
        query,
        checks.flatMap(({ check: { definition }, workspace }) =>
          definition === undefined
            ? []
            : [{ uri: uriIn(workspace.folder, definition.source.path, openUri), outline: outline(definition) }],
        ),
      );
    }),
  );

  connection.onCodeLens(
    answer("codeLens", null, async ({ textDocument }) => {
      await rounds.settled();
      const asked = ask(textDocument.uri);
      if (asked === undefined) return null;
      const own = checkOf(asked);
      const checks = own === undefined ? session.relatedChecks(asked) : [own];
      return codeLenses(session.client, { uri: textDocument.uri, path: asked.path }, own, checks, uriOf(asked));
    }),
  );

  connection.onExecuteCommand(
    answer("executeCommand", null, ({ command }) => {
      if (command === CHECK_WORKSPACE) rounds.showAll();
      return null;
    }),
  );
}

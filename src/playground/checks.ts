// The findings of the server: underlines in the editors, marks in the tabs, and the list. Results are shown when the server reports
// that the current text has been checked.
import { type Diagnostic as Shown, setDiagnostics } from "@codemirror/lint";
import { type LSPClient, LSPPlugin } from "@codemirror/lsp-client";
import type { EditorView } from "@codemirror/view";
import type { Diagnostic, Position, PublishDiagnosticsParams } from "vscode-languageserver";
import { isDefinitionText } from "../base/definition-file.ts";
import { type Action, actionsFor, applyAction } from "./actions.ts";
import { byId, element, withCode } from "./dom.ts";
import { type Editors, nameOf, uriOf } from "./editors.ts";
import { countsOf, type FileFindings, severityOf, showFindings, textOf } from "./findings.ts";
import type { Results } from "./results.ts";
import type { Views } from "./views.ts";

/** How long the page waits for the next key before it sends a change, in milliseconds. */
const WAIT_MS = 60;

export interface Checks {
  /** A text, or the list of files, has changed. */
  readonly changed: () => void;
  /** Shows everything again. */
  readonly refresh: () => void;
  /** Receives the findings of a file. */
  readonly receive: (params: PublishDiagnosticsParams) => void;
  /** The findings of all files, in the order of the tabs. */
  readonly files: () => readonly FileFindings[];
}

/** Connects the findings of the server with the page. */
export function createChecks(
  client: LSPClient,
  editors: Editors,
  views: Views,
  results: Results,
  onSeverities: () => void,
): Checks {
  const diagnostics = new Map<string, readonly Diagnostic[]>();
  let actions = new Map<string, readonly Action[]>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let change = 0;
  /** The definition that was shown last. */
  let last: string | undefined;

  const files = (): readonly FileFindings[] =>
    editors.names().map((name) => {
      const uri = uriOf(name);
      return { name, uri, diagnostics: diagnostics.get(uri) ?? [], actions: actions.get(uri) ?? [] };
    });
  const definition = (): string | undefined => {
    const names = editors.names();
    const shown = editors.shown();
    const isDefinition = (name: string) => isDefinitionText(name, () => editors.viewOf(name)?.state.doc.toString());
    if (shown !== undefined && isDefinition(shown)) last = shown;
    return last !== undefined && names.includes(last) && isDefinition(last) ? last : names.find(isDefinition);
  };
  // The keyboard can scroll the list.
  byId("findings").tabIndex = 0;
  const go = (uri: string, position: Position) => {
    const view = editors.viewOf(nameOf(uri));
    const plugin = view === undefined ? null : LSPPlugin.get(view);
    if (view === undefined || plugin === null) return;
    editors.show(nameOf(uri));
    views.show("editor");
    const line = Math.min(position.line + 1, view.state.doc.lines);
    const { from, to } = view.state.doc.line(line);
    view.dispatch({ selection: { anchor: Math.min(from + position.character, to) }, scrollIntoView: true });
    view.focus();
  };
  const onAction = (action: Action) => applyAction(action, editors);
  const draw = () => {
    showFindings(byId("findings"), files(), { onPlace: go, onAction, nameOf });
    const all = files().flatMap((each) => each.diagnostics);
    byId("status").textContent = countsOf(all);
    const count = byId("count");
    count.textContent = all.length === 0 ? "" : String(all.length);
    count.className = all.some((each) => severityOf(each) === "Error") ? "count error" : "count";
    onSeverities();
  };
  const loadActions = async (): Promise<Map<string, readonly Action[]>> => {
    const loaded = new Map<string, readonly Action[]>();
    for (const { name, uri, diagnostics: found } of files()) {
      const view = editors.viewOf(name);
      if (view === undefined || found.length === 0) continue;
      loaded.set(uri, await actionsFor(client, uri, wholeOf(view), found));
    }
    return loaded;
  };
  const refresh = async (): Promise<void> => {
    change += 1;
    const started = change;
    client.sync();
    byId("status").textContent = "Checking…";
    document.body.setAttribute("aria-busy", "true");
    await client.request("modelwright/settled", {});
    if (started !== change) return;
    draw();
    const [loaded] = await Promise.all([
      loadActions(),
      results.show(views.result(), definition(), (uri, line) => go(uri, { line, character: 0 })),
    ]);
    if (started !== change) return;
    actions = loaded;
    draw();
    document.body.removeAttribute("aria-busy");
  };
  // A request fails only if its worker has ended. The next one checks everything again.
  const refreshNow = () => void refresh().catch(() => {});

  return {
    changed: () => {
      // The result of an older text does not end the check.
      change += 1;
      document.body.setAttribute("aria-busy", "true");
      clearTimeout(timer);
      timer = setTimeout(refreshNow, WAIT_MS);
    },
    refresh: refreshNow,
    receive: ({ uri, diagnostics: received, version }) => {
      const file = client.workspace.getFile(uri);
      if (file === null || (version !== undefined && version !== file.version)) return;
      diagnostics.set(uri, received);
      const view = file.getView();
      if (view !== null) underline(view, received);
    },
    files,
  };
}

function wholeOf({ state: { doc } }: EditorView): Diagnostic["range"] {
  return { start: { line: 0, character: 0 }, end: { line: doc.lines - 1, character: doc.line(doc.lines).length } };
}

const SEVERITIES = ["error", "warning", "info", "hint"] as const;

/** Underlines findings where their text is now; the editor may have changed since they were sent. */
function underline(view: EditorView, diagnostics: readonly Diagnostic[]): void {
  const plugin = LSPPlugin.get(view);
  if (plugin === null) return;
  const offsetOf = (position: Position) =>
    plugin.unsyncedChanges.mapPos(plugin.fromPosition(position, plugin.syncedDoc));
  const shown = diagnostics.map(
    ({ range, severity = 1, message, code }): Shown => ({
      from: offsetOf(range.start),
      to: offsetOf(range.end),
      severity: SEVERITIES[severity - 1] ?? "error",
      message: textOf(message),
      renderMessage: () => element("span", {}, ...withCode(`${textOf(message)}\n${code}`)),
    }),
  );
  view.dispatch(setDiagnostics(view.state, shown));
}

/** The worst severity of the findings of a file, if it is worth a mark. */
export function severityOfFile(files: readonly FileFindings[], name: string): "error" | "warning" | undefined {
  const found = files.find((file) => file.name === name)?.diagnostics ?? [];
  if (found.some((each) => severityOf(each) === "Error")) return "error";
  return found.some((each) => severityOf(each) === "Warning") ? "warning" : undefined;
}

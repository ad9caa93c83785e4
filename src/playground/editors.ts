// One editor for each file; only one is shown. Each keeps its own history and cursor.
import { acceptCompletion, pickedCompletion, startCompletion } from "@codemirror/autocomplete";
import { indentWithTab } from "@codemirror/commands";
import { indentUnit } from "@codemirror/language";
import {
  findReferencesKeymap,
  hoverTooltips,
  jumpToDefinitionKeymap,
  type LSPClient,
  renameKeymap,
  serverCompletion,
} from "@codemirror/lsp-client";
import { EditorState, type Extension, Prec } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { basicSetup } from "codemirror";
import { pathOfUri, uriOfPath } from "../lsp/uris.ts";
import { appearance } from "./appearance.ts";
import { element } from "./dom.ts";
import { isPython, isYaml, type PlaygroundFile } from "./files.ts";
import { highlighting, languageOf } from "./language.ts";

/** The folder of all files. It exists only in URIs. */
export const FOLDER = "/playground";

/** The URI of a file for the language server. */
export function uriOf(name: string): string {
  return uriOfPath(`${FOLDER}/${name}`);
}

/** The name of the file with a URI. */
export function nameOf(uri: string): string {
  return pathOfUri(uri)?.slice(FOLDER.length + 1) ?? uri;
}

/** The editors of all files, in the order of their tabs. */
export interface Editors {
  readonly names: () => readonly string[];
  readonly files: () => readonly PlaygroundFile[];
  readonly shown: () => string | undefined;
  readonly viewOf: (name: string) => EditorView | undefined;
  /** Replaces all files and shows the first one. */
  readonly open: (files: readonly PlaygroundFile[]) => void;
  /** Adds a file, at an index of the tabs if one is given, and shows it. */
  readonly add: (file: PlaygroundFile, at?: number) => void;
  readonly rename: (name: string, to: string) => void;
  readonly remove: (name: string) => void;
  readonly show: (name: string) => void;
}

/** What the page is told about the editors. */
export interface EditorEvents {
  /** A text has changed. */
  readonly onChange: () => void;
  /** A file was added, renamed, removed or shown. */
  readonly onTabs: () => void;
  /** Asks for the fixes at the cursor. */
  readonly onFix: (view: EditorView) => void;
}

/** Creates the editors below an element. */
export function createEditors(parent: HTMLElement, client: LSPClient, events: EditorEvents): Editors {
  let views: readonly { readonly name: string; readonly view: EditorView; readonly frame: HTMLElement }[] = [];
  let shown: string | undefined;

  const create = ({ name, text }: PlaygroundFile) => {
    const frame = element("div", { class: "editor", hidden: "" });
    parent.append(frame);
    const language = isYaml(name) ? "yaml" : isPython(name) ? "python" : "plaintext";
    const extensions = [extensionsFor(name, events), client.plugin(uriOf(name), language)];
    return {
      name,
      frame,
      view: new EditorView({ parent: frame, state: EditorState.create({ doc: text, extensions }) }),
    };
  };
  const destroy = ({ view, frame }: (typeof views)[number]) => {
    view.destroy();
    frame.remove();
  };
  const show = (name: string | undefined) => {
    shown = views.some((each) => each.name === name) ? name : views[0]?.name;
    for (const { name: each, frame, view } of views) {
      frame.hidden = each !== shown;
      if (each === shown) view.requestMeasure();
    }
    events.onTabs();
  };
  const textOf = (name: string) => views.find((each) => each.name === name)?.view.state.doc.toString() ?? "";
  const insert = (file: PlaygroundFile, at: number) => {
    const before = views;
    views = [...before.slice(0, at), create(file), ...before.slice(at)];
  };
  const take = (name: string) => {
    const found = views.find((each) => each.name === name);
    views = views.filter((each) => each !== found);
    if (found !== undefined) destroy(found);
  };

  return {
    names: () => views.map(({ name }) => name),
    files: () => views.map(({ name, view }) => ({ name, text: view.state.doc.toString() })),
    shown: () => shown,
    viewOf: (name) => views.find((each) => each.name === name)?.view,
    open: (files) => {
      for (const each of views) destroy(each);
      views = files.map(create);
      show(views[0]?.name);
    },
    add: (file, at = views.length) => {
      insert(file, at);
      show(file.name);
    },
    rename: (name, to) => {
      const at = views.findIndex((each) => each.name === name);
      const text = textOf(name);
      take(name);
      insert({ name: to, text }, at);
      show(to);
    },
    remove: (name) => {
      const at = views.findIndex((each) => each.name === name);
      take(name);
      show(shown === name ? (views[at] ?? views[at - 1])?.name : shown);
    },
    show,
  };
}

/** Whether a value or a name must follow the text before the cursor, such as `device: ` or `inference:`. */
function continues({ state }: EditorView): boolean {
  const { head } = state.selection.main;
  return /[.{[/]$|[:-] ?$/.test(state.sliceDoc(Math.max(0, head - 2), head));
}

function extensionsFor(name: string, { onChange, onFix }: EditorEvents): Extension {
  return [
    Prec.high(
      keymap.of([
        { key: "Tab", run: acceptCompletion },
        {
          key: "Mod-.",
          run: (view) => {
            onFix(view);
            return true;
          },
        },
      ]),
    ),
    basicSetup,
    keymap.of([indentWithTab, ...jumpToDefinitionKeymap, ...renameKeymap, ...findReferencesKeymap]),
    indentUnit.of(isPython(name) ? "    " : "  "),
    languageOf(name),
    highlighting,
    appearance,
    serverCompletion(),
    hoverTooltips(),
    EditorView.contentAttributes.of({
      "aria-label": name,
      "aria-describedby": "editor-keys",
      tabindex: "0",
      spellcheck: "false",
    }),
    EditorView.updateListener.of(({ docChanged, transactions, view }) => {
      if (docChanged) onChange();
      const isPicked = transactions.some((each) => each.annotation(pickedCompletion) !== undefined);
      if (isPicked && continues(view)) startCompletion(view);
    }),
  ];
}

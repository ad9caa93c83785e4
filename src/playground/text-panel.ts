// A panel with a generated text: the plan or the bindings.

import { foldGutter } from "@codemirror/language";
import { search } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { appearance } from "./appearance.ts";
import { notify } from "./dialogs.ts";
import { button, copyText, download, element, withCode } from "./dom.ts";
import { highlighting } from "./language.ts";

/** The response of the server: a text, or a sentence that says why there is no text. */
export type Generated = { readonly text: string } | { readonly problem: string };

/** A panel that shows a generated text. */
export interface TextPanel {
  readonly show: (generated: Generated) => void;
}

/** Fills a panel with a read-only editor. Its name is the name of the file that the command line writes. */
export function textPanel(panel: HTMLElement, file: string, language: Extension): TextPanel {
  let text = "";
  const problem = element("p", { class: "empty" });
  const copy = async () => {
    if (!(await copyText(text))) notify("The browser does not allow this page to copy text.", "problem");
  };
  const bar = element(
    "div",
    { class: "text-bar" },
    element("span", { class: "file-name" }, file),
    button(() => void copy(), {}, "Copy"),
    button(() => download(file, text), {}, "Download"),
  );
  const frame = element("div", { class: "editor" });
  const view = new EditorView({
    parent: frame,
    state: EditorState.create({
      extensions: [
        EditorState.readOnly.of(true),
        lineNumbers(),
        foldGutter(),
        search(),
        language,
        highlighting,
        appearance,
        EditorView.contentAttributes.of({ "aria-label": file, "aria-readonly": "true", tabindex: "0" }),
      ],
    }),
  });
  panel.replaceChildren(bar, frame, problem);
  const showParts = (hasText: boolean) => {
    bar.hidden = !hasText;
    frame.hidden = !hasText;
    problem.hidden = hasText;
  };
  showParts(false);
  return {
    show: (generated) => {
      showParts("text" in generated);
      if ("problem" in generated) problem.replaceChildren(...withCode(generated.problem));
      else if (generated.text !== text) {
        text = generated.text;
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
      }
    },
  };
}

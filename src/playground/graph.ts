// The graph of a definition, as the page of `modelwright graph --format html` shows it.
import { type Shown, show } from "../draw/page/show.ts";
import type { Picture } from "../draw/picture.ts";
import { element } from "./dom.ts";

/** A panel that shows a graph. */
export interface GraphPanel {
  /** Shows a picture; a sentence if there is none. */
  readonly show: (picture: Picture | null, open: (file: string, line: number) => void) => void;
}

/** Fills a panel with a graph. While a definition is edited, the graph keeps its place and its chosen node. */
export function graphPanel(panel: HTMLElement): GraphPanel {
  let shown: { readonly graph: Shown; readonly ids: ReadonlySet<string> } | undefined;
  let openPlace: (file: string, line: number) => void = () => {};
  return {
    show: (picture, open) => {
      openPlace = open;
      if (picture === null) {
        shown = undefined;
        panel.replaceChildren(element("p", { class: "empty" }, "There is no definition to show."));
        return;
      }
      const ids = new Set(picture.boxes.map(({ id }) => id));
      const before = shown;
      if (before !== undefined && [...ids].some((id) => before.ids.has(id))) {
        before.graph.update(picture);
        shown = { graph: before.graph, ids };
        return;
      }
      panel.replaceChildren();
      shown = { graph: show(panel, picture, { onOpen: (file, line) => openPlace(file, line) }), ids };
    },
  };
}

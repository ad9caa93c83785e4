// The graph, the plan and the bindings of a definition. Each of them is requested only while it is shown.
import type { LSPClient } from "@codemirror/lsp-client";
import type { Picture } from "../draw/picture.ts";
import { byId } from "./dom.ts";
import { uriOf } from "./editors.ts";
import { graphPanel } from "./graph.ts";
import { json, typescript } from "./language.ts";
import { type Generated, textPanel } from "./text-panel.ts";
import type { Result } from "./views.ts";

/** Goes to a line of a file, from 0. */
export type GoToLine = (uri: string, line: number) => void;

/** The results of a definition. */
export interface Results {
  /** Shows a result of a definition. Does nothing for findings, which the server sends without a request. */
  readonly show: (result: Result, definition: string | undefined, go: GoToLine) => Promise<void>;
}

const NO_DEFINITION = "There is no definition. Add a file named `efemarai.yaml`.";

/** Fills the panels of the results. */
export function createResults(client: LSPClient): Results {
  const panels = {
    plan: textPanel(byId("plan"), "plan.json", json),
    bindings: textPanel(byId("bindings"), "models.ts", typescript),
  } as const;
  const graph = graphPanel(byId("graph"));
  const showGraph = async (definition: string | undefined, go: GoToLine) => {
    const picture: Picture | null =
      definition === undefined ? null : await client.request("modelwright/graph", { uri: uriOf(definition) });
    graph.show(picture, (file, line) => go(uriOf(file), line - 1));
  };
  const showText = async (kind: keyof typeof panels, definition: string | undefined) => {
    const generated: Generated | null =
      definition === undefined ? null : await client.request(`modelwright/${kind}`, { uri: uriOf(definition) });
    panels[kind].show(generated ?? { problem: NO_DEFINITION });
  };
  return {
    show: async (result, definition, go) => {
      switch (result) {
        case "findings":
          return;
        case "plan":
        case "bindings":
          return showText(result, definition);
        case "graph":
          return showGraph(definition, go);
      }
    },
  };
}

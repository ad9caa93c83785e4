// The status of the server in the language status menu of the status bar.
import { type Disposable, LanguageStatusSeverity, languages } from "vscode";
import { DEFINITIONS, selectorOf } from "./definitions.ts";
import type { Server, ServerState } from "./server.ts";

/** Shows the state of the server next to definitions. */
export function showStatus(server: Server): Disposable {
  const item = languages.createLanguageStatusItem("modelwright.server", selectorOf(DEFINITIONS));
  item.name = "Modelwright";
  const show = (state: ServerState) => {
    const { text, detail, severity } = describeState(state);
    item.text = text;
    item.detail = detail;
    item.busy = state.kind === "starting";
    item.severity = severity;
    item.command =
      state.kind === "failed"
        ? { command: "modelwright.restart", title: "Restart Server" }
        : { command: "modelwright.output", title: "Show Output" };
  };
  show(server.state());
  const listening = server.onDidChange(show);
  return {
    dispose: () => {
      listening.dispose();
      item.dispose();
    },
  };
}

interface Shown {
  readonly text: string;
  readonly detail: string;
  readonly severity: LanguageStatusSeverity;
}

function describeState(state: ServerState): Shown {
  const severity = LanguageStatusSeverity.Information;
  switch (state.kind) {
    case "stopped":
      return { text: "Modelwright", detail: "The server is not running.", severity };
    case "starting":
      return { text: "Modelwright", detail: "The server is starting.", severity };
    case "running":
      return { text: `Modelwright ${state.version}`.trimEnd(), detail: `${state.choice.kind} server`, severity };
    case "failed":
      return { text: "Modelwright", detail: state.message, severity: LanguageStatusSeverity.Error };
  }
}

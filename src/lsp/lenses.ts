// Code lenses: commands of the client above a model, and above a Python function that is an entry point.
import type { CodeLens } from "vscode-languageserver";
import { functionLenses, modelLenses } from "../editor/lenses.ts";
import { rangeOf } from "./positions.ts";
import type { ClientAbilities } from "./session.ts";
import type { DefinitionCheck } from "./workspace.ts";

const ON_MODELS = [
  ["modelwright.run", "Run"],
  ["modelwright.check", "Check"],
  ["modelwright.graph", "Graph"],
] as const;

const SHOW_REFERENCES = "modelwright.showReferences";

/** The maximum number of models that a lens names. */
const MOST_NAMED = 3;

/** The lenses of a document. A lens needs a command of the client, so a client without commands gets no lenses on models. */
export function codeLenses(
  { commands }: ClientAbilities,
  { uri, path }: { readonly uri: string; readonly path: string },
  own: DefinitionCheck | undefined,
  checks: readonly DefinitionCheck[],
  uriOf: (path: string) => string,
): CodeLens[] {
  if (own?.definition !== undefined) {
    const offered = ON_MODELS.filter(([command]) => commands.has(command));
    return modelLenses(own.checked.graph, own.definition.source).flatMap(({ span, name }) =>
      offered.map(([command, title]) => ({
        range: rangeOf(span),
        command: { title, command, arguments: [uri, name] },
      })),
    );
  }
  const graphs = checks.map(({ checked }) => checked.graph);
  return functionLenses(graphs, path).map(({ span, models, uses }) => {
    const range = rangeOf(span);
    const more = models.length > MOST_NAMED ? ` and ${models.length - MOST_NAMED} more` : "";
    const title = `entry point of ${models.slice(0, MOST_NAMED).join(", ")}${more}`;
    const locations = uses.map((use) => ({ uri: uriOf(use.source.path), range: rangeOf(use) }));
    const command = commands.has(SHOW_REFERENCES) ? SHOW_REFERENCES : "";
    return { range, command: { title, command, arguments: command === "" ? [] : [uri, range.start, locations] } };
  });
}

// Steps about the text: findings, completion, definitions, rename, fixes, saving.
import { readFileSync } from "node:fs";
import {
  type CodeLens,
  type CompletionList,
  commands,
  type DocumentSymbol,
  type Hover,
  type Location,
  type LocationLink,
  type WorkspaceEdit,
  window,
  workspace,
} from "vscode";
import {
  api,
  at,
  check,
  codeOf,
  definition,
  findings,
  none,
  open,
  python,
  replace,
  type Step,
  same,
  select,
  undoTo,
  uriOf,
} from "./steps.ts";
import { until } from "./until.ts";

const REFERENCE = "${model.files.labels.url}";
const ENTRY_POINT = "inference:load_model";

export const editing: readonly Step[] = [
  [
    "a definition has its own language, so servers of other languages do not report it",
    async () => {
      const { document } = await definition();
      await until("the extension to start", () => (isRunning() ? true : undefined));
      same(document.languageId, "efemarai-yaml", "the language");
      await findings("efemarai.yaml", none);
    },
  ],
  [
    "a mistake is underlined before the file is saved",
    async () => {
      const editor = await definition();
      await replace(editor, "model.files.weights", "model.files.wieghts");
      const [found] = await findings("efemarai.yaml", (codes) => codes.includes("undefined-reference"));
      same(found && editor.document.getText(found.range), "wieghts", "the underlined text");
      same(found?.source, "modelwright", "the source of the finding");
      check(found?.message.includes("weights") === true, `the message is ${found?.message}`);
    },
  ],
  [
    "a fix of the light bulb corrects it",
    async () => {
      const editor = await definition();
      select(editor, "wieghts", 2);
      await until("the fix", async () => {
        await commands.executeCommand("editor.action.autoFix");
        return editor.document.getText().includes("wieghts") ? undefined : true;
      });
      check(editor.document.getText().includes("${model.files.weights.url}"), "the name is not corrected");
      await findings("efemarai.yaml", none);
    },
  ],
  [
    "names complete inside an expression, and one is accepted",
    async () => {
      const editor = await definition();
      const before = editor.document.getText();
      await replace(editor, REFERENCE, "${model.files.}");
      const place = select(editor, "${model.files.}", "${model.files.".length);
      const labels = await until("suggestions", async () => {
        const { items } = await commands.executeCommand<CompletionList>(
          "vscode.executeCompletionItemProvider",
          editor.document.uri,
          place,
        );
        // If the text has changed since the request, the list is empty, and the editor asks again.
        return items.length === 0
          ? undefined
          : items.map(({ label }) => (typeof label === "string" ? label : label.label));
      });
      check(
        labels.includes("weights.url") && labels.includes("labels.url"),
        `the suggestions are ${labels.join(", ")}`,
      );
      await editor.edit((edit) => edit.insert(place, "lab"));
      await accept(editor.document.uri.path, "${model.files.lab}");
      same(editor.document.getText(), before, "the text with the accepted name");
    },
  ],
  [
    "a hover says where a value comes from",
    async () => {
      const editor = await definition();
      const hovers = await commands.executeCommand<Hover[]>(
        "vscode.executeHoverProvider",
        editor.document.uri,
        at(editor, REFERENCE, 15),
      );
      const text = hovers.flatMap(({ contents }) =>
        contents.map((each) => (typeof each === "string" ? each : each.value)),
      );
      check(text.join("\n").includes("labels.json"), `the hover is ${text.join("\n")}`);
    },
  ],
  [
    "an entry point leads to its Python function, and back",
    async () => {
      const editor = await definition();
      select(editor, ENTRY_POINT, "inference:lo".length);
      await commands.executeCommand("editor.action.revealDefinition");
      const target = await until("the Python file", () =>
        window.activeTextEditor?.document.fileName.endsWith("inference.py") ? window.activeTextEditor : undefined,
      );
      const line = target.document.lineAt(target.selection.active.line).text;
      check(line.startsWith("def load_model("), `the cursor is at "${line}"`);
      const uses = await commands.executeCommand<(Location | LocationLink)[]>(
        "vscode.executeReferenceProvider",
        target.document.uri,
        at(target, "def load_model", 6),
      );
      const files = uses.map((use) => ("uri" in use ? use.uri : use.targetUri).path);
      check(
        files.some((path) => path.endsWith("efemarai.yaml")),
        `the function is used in ${files.join(", ")}`,
      );
      await commands.executeCommand("workbench.action.navigateBack");
      await until("the definition", () => window.activeTextEditor?.document === editor.document || undefined);
    },
  ],
  [
    "a file is renamed with its uses, and undo restores both",
    async () => {
      const editor = await definition();
      const before = editor.document.getText();
      const edit = await commands.executeCommand<WorkspaceEdit>(
        "vscode.executeDocumentRenameProvider",
        editor.document.uri,
        at(editor, "- name: labels", "- name: la".length),
        "class_names",
      );
      check(await workspace.applyEdit(edit), "the edit cannot be applied");
      const after = editor.document.getText();
      check(after.includes("- name: class_names\n"), "the declaration is not renamed");
      check(after.includes("${model.files.class_names.url}"), "the use is not renamed");
      await findings("efemarai.yaml", none);
      await undoTo(editor, before);
    },
  ],
  [
    "outline and code lenses describe the models",
    async () => {
      const { document } = await definition();
      const symbols = await commands.executeCommand<DocumentSymbol[]>(
        "vscode.executeDocumentSymbolProvider",
        document.uri,
      );
      const names = symbols.flatMap(function all({ name, children }): string[] {
        return [name, ...children.flatMap(all)];
      });
      check(names.includes("digits") && names.includes("weights"), `the outline is ${names.join(", ")}`);
      const lenses = await commands.executeCommand<CodeLens[]>("vscode.executeCodeLensProvider", document.uri, 10);
      const run = lenses.map(({ command }) => command?.command);
      same(run, ["modelwright.run", "modelwright.check", "modelwright.graph"], "the commands of lenses");
      const code = await python();
      const above = await commands.executeCommand<CodeLens[]>("vscode.executeCodeLensProvider", code.document.uri, 10);
      check(
        above.some(({ command }) => command?.title === "entry point of digits"),
        "the Python function has no lens",
      );
    },
  ],
  [
    "Python code that is not saved counts, and has findings of its own",
    async () => {
      const editor = await python();
      const before = editor.document.getText();
      await replace(editor, "weights_path: str, labels_path: str", "weights_path: str, names_path: str");
      await findings("efemarai.yaml", (codes) => codes.length > 0);
      await undoTo(editor, before);
      await findings("efemarai.yaml", none);
      await replace(editor, "def predict(network", "def predict((network");
      const [found] = await findings("inference.py", (codes) => codes.includes("python-syntax"));
      same(found && codeOf(found), "python-syntax", "the finding");
      await undoTo(editor, before);
      await findings("inference.py", none);
    },
  ],
  [
    "what is saved is what the editor shows",
    async () => {
      const editor = await definition();
      await replace(editor, "max_size: 32", "max_size: 16");
      check(await editor.document.save(), "the file is not saved");
      same(readFileSync(uriOf("efemarai.yaml").fsPath, "utf8"), editor.document.getText(), "the file");
      await findings("efemarai.yaml", none);
    },
  ],
  [
    "a file model.yaml is a definition only if it holds models",
    async () => {
      const own = await open("models/model.yaml");
      await until("the language", () => own.document.languageId === "efemarai-yaml" || undefined);
      await findings("models/model.yaml", (codes) => codes.length > 0);
      const other = await open("charts/model.yaml");
      await api().settled();
      same(other.document.languageId, "yaml", "the language of a file of another tool");
      await findings("charts/model.yaml", none);
    },
  ],
];

function isRunning(): boolean {
  try {
    return api().state().kind === "running";
  } catch {
    return false;
  }
}

/** Opens the list of suggestions at the cursor and accepts the first one, which changes the text. */
async function accept(path: string, text: string): Promise<void> {
  const document = workspace.textDocuments.find(({ uri }) => uri.path === path);
  await commands.executeCommand("editor.action.triggerSuggest");
  await until("an accepted suggestion", async () => {
    await commands.executeCommand("acceptSelectedSuggestion");
    return document?.getText().includes(text) === true ? undefined : true;
  });
}

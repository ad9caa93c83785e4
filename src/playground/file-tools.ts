// The tabs of the files, and the buttons that add, rename, delete and open files.
import { askName, notify } from "./dialogs.ts";
import { byId, element } from "./dom.ts";
import type { Editors } from "./editors.ts";
import { LIMITS, nameMistake, type PlaygroundFile } from "./files.ts";
import { readArchive } from "./link.ts";
import { keyboardTabs, markTab } from "./tabs.ts";

/** The tabs of the files. */
export interface FileTools {
  /** Draws the tabs again. */
  readonly draw: () => void;
}

/**
 * Makes the tabs and buttons work. `openAll` replaces all files; `severityOf` gives the worst severity of the findings of a file.
 */
export function addFileTools(
  editors: Editors,
  openAll: (files: readonly PlaygroundFile[]) => void,
  severityOf: (name: string) => "error" | "warning" | undefined,
): FileTools {
  const list = byId("files");
  let drawn = "";
  const draw = () => {
    const shown = editors.shown() ?? "";
    const state = editors.names().map((name) => [name, severityOf(name) ?? ""]);
    if (JSON.stringify(state) !== drawn) {
      drawn = JSON.stringify(state);
      const hadFocus = list.contains(document.activeElement);
      list.replaceChildren(...editors.names().map((name) => tabOf(name, severityOf(name))));
      if (hadFocus) list.querySelector<HTMLElement>(`[data-key=${CSS.escape(shown)}]`)?.focus();
    }
    markTab(list, shown);
    list.querySelector<HTMLElement>("[aria-selected=true]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  const others = (name?: string) => editors.names().filter((each) => each !== name);
  const add = async () => {
    if (isFull(editors)) return;
    const name = await askName("Add file", suggestedName(editors.names()), (given) => nameMistake(given, others()));
    if (name !== undefined) editors.add({ name, text: "" });
  };
  const rename = async (name: string | undefined) => {
    if (name === undefined) return;
    const to = await askName("Rename file", name, (given) => nameMistake(given, others(name)));
    if (to !== undefined && to !== name) editors.rename(name, to);
  };
  const remove = (name: string | undefined) => {
    const file = editors.files().find((each) => each.name === name);
    if (file === undefined) return;
    const at = editors.names().indexOf(file.name);
    if (editors.names().length === 1) return notify("The last file cannot be deleted.", "problem");
    editors.remove(file.name);
    const undo = { label: "Undo", run: () => editors.add(file, at) };
    notify(`The file \`${file.name}\` was deleted.`, "information", [undo]);
  };
  keyboardTabs(list, ({ dataset: { key = "" } }) => editors.show(key));
  list.addEventListener("keydown", (event) => {
    if (event.key === "F2") void rename(editors.shown());
    else if (event.key === "Delete") remove(editors.shown());
    else return;
    event.preventDefault();
  });
  byId("add").addEventListener("click", () => void add());
  byId("rename").addEventListener("click", () => void rename(editors.shown()));
  byId("remove").addEventListener("click", () => remove(editors.shown()));
  addOpening(editors, openAll);
  return { draw };
}

function tabOf(name: string, severity: "error" | "warning" | undefined): HTMLElement {
  const label = severity === undefined ? name : `${name}, ${severity === "error" ? "has errors" : "has warnings"}`;
  const tab = element(
    "button",
    { type: "button", role: "tab", "data-key": name, "aria-controls": "editors", "aria-label": label, title: name },
    name,
  );
  if (severity !== undefined) tab.append(element("span", { class: `mark ${severity}`, "aria-hidden": "true" }));
  return tab;
}

function isFull(editors: Editors): boolean {
  const full = editors.names().length >= LIMITS.files;
  if (full) notify(`The playground can have at most ${LIMITS.files} files.`, "problem");
  return full;
}

/** The name of the definition if there is none yet, or else a new name for a Python file. */
function suggestedName(names: readonly string[]): string {
  const suggestions = ["efemarai.yaml", "inference.py", ...names.map((_, index) => `module_${index + 1}.py`)];
  return suggestions.find((each) => nameMistake(each, names) === undefined) ?? "";
}

/** Opens files of the user: an archive that `Share` has written replaces everything, others are added. */
function addOpening(editors: Editors, openAll: (files: readonly PlaygroundFile[]) => void): void {
  const input = byId("chosen-files");
  if (!(input instanceof HTMLInputElement)) return;
  byId("open").addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    void openFiles(files, editors, openAll).finally(() => {
      input.value = "";
    });
  });
}

async function openFiles(
  files: readonly File[],
  editors: Editors,
  openAll: (files: readonly PlaygroundFile[]) => void,
): Promise<void> {
  // An archive is JSON, which needs more bytes than its text.
  const limitOf = ({ name }: File) => (name.endsWith(".json") ? 2 : 1) * LIMITS.textBytes;
  if (files.some((file) => file.size > limitOf(file))) return notify("A file can have at most 1 MB.", "problem");
  const read: PlaygroundFile[] = await Promise.all(
    files.map(async (file) => ({ name: file.name, text: await file.text() })),
  );
  const [first] = read;
  if (read.length === 1 && first !== undefined && first.name.endsWith(".json") && first.text.startsWith('{"files":')) {
    const archive = readArchive(first.text);
    return "files" in archive ? openAll(archive.files) : notify(archive.problem, "problem");
  }
  for (const file of read) {
    const others = editors.names().filter((each) => each !== file.name);
    const mistake = nameMistake(file.name, others);
    if (mistake !== undefined) return notify(mistake, "problem");
    if (editors.names().includes(file.name)) editors.remove(file.name);
    else if (isFull(editors)) return;
    editors.add(file);
  }
}

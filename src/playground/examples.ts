// Replaces all files: by an example, a link, or a file that `Share` has written. Examples are fixtures of the compiler, which the
// build puts into the page.
import { notify } from "./dialogs.ts";
import { byId, element } from "./dom.ts";
import type { Editors } from "./editors.ts";
import type { PlaygroundFile } from "./files.ts";
import { archiveOf } from "./link.ts";

/** An example of the page. */
export interface Example {
  readonly title: string;
  readonly files: readonly PlaygroundFile[];
}

/** Replaces all files of the page. */
export interface Opening {
  /** Opens files of the user; the user can undo that if other files were changed before. */
  readonly open: (files: readonly PlaygroundFile[]) => void;
  readonly openFirstExample: () => void;
}

/** Fills the chooser of examples, and opens what is chosen. */
export function createOpening(editors: Editors): Opening {
  const examples: readonly Example[] = JSON.parse(byId("examples").textContent ?? "[]");
  const chooser = byId("example");
  const none = element("option", { value: "", hidden: "" }, "Choose an example");
  chooser.append(none, ...examples.map(({ title }, index) => element("option", { value: String(index) }, title)));
  const choose = (value: string) => {
    if (chooser instanceof HTMLSelectElement) chooser.value = value;
  };
  /** The files as they were opened. */
  let opened = "";
  const replace = (files: readonly PlaygroundFile[], value: string): void => {
    const before = editors.files();
    const isChanged = before.length > 0 && archiveOf(before) !== opened;
    editors.open(files);
    // Not `files`: an editor changes the ends of lines.
    opened = archiveOf(editors.files());
    // The chosen example could not be chosen again.
    choose(value);
    if (!isChanged) return;
    const undo = () => {
      editors.open(before);
      choose("");
    };
    notify("The files that you had changed are replaced.", "information", [{ label: "Undo", run: undo }]);
  };
  const openExample = (value: string) => replace(examples[Number(value)]?.files ?? [], value);
  chooser.addEventListener("change", () => {
    if (chooser instanceof HTMLSelectElement) openExample(chooser.value);
    history.replaceState(null, "", location.pathname + location.search);
  });
  return { open: (files) => replace(files, ""), openFirstExample: () => openExample("0") };
}

// The menu of examples. They are fixtures of the compiler, which the build puts into the page.
import { byId, element } from "./dom.ts";
import type { PlaygroundFile } from "./files.ts";

/** An example of the page. */
export interface Example {
  readonly title: string;
  readonly files: readonly PlaygroundFile[];
}

/** Fills the menu; returns a function that opens the first example. */
export function showExamples(open: (files: readonly PlaygroundFile[]) => void): () => void {
  const examples: readonly Example[] = JSON.parse(byId("examples").textContent ?? "[]");
  const chooser = byId("example");
  chooser.append(...examples.map(({ title }, index) => element("option", { value: String(index) }, title)));
  const openAt = (index: number) => open(examples[index]?.files ?? []);
  chooser.addEventListener("change", () => {
    if (chooser instanceof HTMLSelectElement) openAt(Number(chooser.value));
    history.replaceState(null, "", location.pathname + location.search);
  });
  return () => openAt(0);
}

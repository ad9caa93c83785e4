// The search field: a list of nodes and boxes whose names contain all words.
import type { Picture } from "../picture.ts";
import type { Target } from "./canvas.ts";
import { element } from "./dom.ts";

/** The maximum number of results in the list. */
const MOST_LISTED = 50;

/** Something that can be found. */
interface Entry {
  readonly target: Target;
  readonly title: string;
  readonly where: string;
  readonly words: string;
}

/** The entries that contain all words of a query; those whose own title contains the first word come first. */
function matching(entries: readonly Entry[], query: string): readonly Entry[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const [first] = words;
  if (first === undefined) return [];
  const found = entries.filter((entry) => words.every((word) => entry.words.includes(word)));
  const isOwn = ({ title }: Entry) => title.toLowerCase().includes(first);
  return [...found.filter(isOwn), ...found.filter((entry) => !isOwn(entry))];
}

function entriesOf({ boxes }: Picture): readonly Entry[] {
  const entry = (target: Target, title: string, where: string): Entry => ({
    ...{ target, title, where },
    words: `${title} ${where}`.toLowerCase(),
  });
  return boxes.flatMap((box, b) => [
    entry({ box: b, node: undefined }, `${box.kind} ${box.name}`, ""),
    ...box.nodes.map(({ name }, node) => entry({ box: b, node }, name, box.name)),
  ]);
}

export interface Search {
  readonly field: HTMLElement;
  readonly focus: () => void;
}

/** A search field; `choose` is called with the chosen result, `leave` after Escape. */
export function searchField(picture: () => Picture, choose: (target: Target) => void, leave: () => void): Search {
  const input = element("input", {
    type: "search",
    class: "query",
    placeholder: "Search models, inputs, files…",
    "aria-label": "Search",
    role: "combobox",
    "aria-expanded": "false",
    "aria-controls": "modelwright-results",
    "aria-autocomplete": "list",
    autocomplete: "off",
    spellcheck: "false",
  });
  const list = element("ul", { id: "modelwright-results", role: "listbox", "aria-label": "Results", class: "results" });
  const count = element("div", { class: "count", role: "status" });
  const drop = element("div", { class: "drop", hidden: "" }, list, count);
  let known: { readonly of: Picture; readonly entries: readonly Entry[] } | undefined;
  let found: readonly Entry[] = [];
  let current = 0;

  const close = (): void => {
    drop.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const pick = (entry: Entry | undefined): void => {
    if (entry === undefined) return;
    close();
    choose(entry.target);
  };
  const point = (to: number): void => {
    current = Math.min(Math.max(to, 0), Math.min(found.length, MOST_LISTED) - 1);
    for (const [i, item] of [...list.children].entries()) {
      item.setAttribute("aria-selected", String(i === current));
      if (i === current) item.scrollIntoView({ block: "nearest" });
    }
    if (found.length > 0) input.setAttribute("aria-activedescendant", `modelwright-result-${current}`);
  };
  const update = (): void => {
    if (known?.of !== picture()) known = { of: picture(), entries: entriesOf(picture()) };
    found = matching(known.entries, input.value);
    const items = found.slice(0, MOST_LISTED).map((entry, i) => {
      const item = element(
        "li",
        { role: "option", id: `modelwright-result-${i}`, "aria-selected": "false" },
        element("span", { class: "found-title" }, entry.title),
        element("span", { class: "found-where" }, entry.where),
      );
      item.addEventListener("click", () => pick(entry));
      return item;
    });
    list.replaceChildren(...items);
    count.textContent = countText(found.length);
    drop.hidden = input.value.trim() === "";
    input.setAttribute("aria-expanded", String(!drop.hidden && items.length > 0));
    input.removeAttribute("aria-activedescendant");
    if (items.length > 0) point(0);
  };
  input.addEventListener("input", update);
  input.addEventListener("focus", update);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") point(current + 1);
    else if (event.key === "ArrowUp") point(current - 1);
    else if (event.key === "Enter") pick(found[current]);
    else if (event.key === "Escape") {
      input.value = "";
      close();
      leave();
    } else return;
    event.preventDefault();
  });
  const field = element("div", { class: "search", role: "search" }, input, drop);
  field.addEventListener("focusout", ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && field.contains(relatedTarget))) close();
  });
  // The field keeps the focus while a result is clicked.
  drop.addEventListener("pointerdown", (event) => event.preventDefault());
  return { field, focus: () => input.focus() };
}

function countText(count: number): string {
  if (count === 0) return "No results";
  if (count > MOST_LISTED) return `${MOST_LISTED} of ${count.toLocaleString("en")} results`;
  return count === 1 ? "1 result" : `${count} results`;
}

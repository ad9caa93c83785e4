// The visible part of the page: the files and one result, or in a narrow window either the files or one result.
import { byId } from "./dom.ts";
import { keyboardTabs, markTab } from "./tabs.ts";

/** The results beside the files, as their tabs name them. */
export const RESULTS = ["findings", "graph", "plan", "bindings"] as const;

export type Result = (typeof RESULTS)[number];

/** The parts of the page. */
export interface Views {
  readonly show: (view: Result | "editor") => void;
  /** The result that is shown, or was shown last. */
  readonly result: () => Result;
}

/** A window of at most this width shows either the files or a result. The style sheet has the same width. */
const narrow = matchMedia("(max-width: 800px)");

/** Makes the tabs of the page work. `onResult` is called when another result is shown. */
export function createViews(onResult: () => void): Views {
  const list = byId("views");
  const [main] = document.getElementsByTagName("main");
  let view: Result | "editor" = "editor";
  let result: Result = "findings";
  const draw = () => {
    if (main === undefined) return;
    // The Tab key follows the order of the elements in the page.
    const isFirst = main.firstElementChild === list;
    if (narrow.matches && !isFirst) main.prepend(list);
    if (!narrow.matches && isFirst) byId("editor").after(list);
    main.dataset["view"] = view === "editor" ? "editor" : "result";
    main.dataset["result"] = result;
    markTab(list, narrow.matches ? view : result);
  };
  const show = (next: Result | "editor") => {
    view = next;
    const isOther = next !== "editor" && next !== result;
    if (next !== "editor") result = next;
    draw();
    if (isOther) onResult();
  };
  keyboardTabs(list, ({ dataset: { key } }) => show(RESULTS.find((each) => each === key) ?? "editor"));
  narrow.addEventListener("change", draw);
  draw();
  return { show, result: () => result };
}

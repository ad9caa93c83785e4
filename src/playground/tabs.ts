// A list of tabs as WAI-ARIA describes it: the Tab key stops at it once, and arrow keys move between the tabs.

/** Makes a list of tabs usable with the keyboard. Its tabs may change at any time. `choose` is called with the chosen one. */
export function keyboardTabs(list: HTMLElement, choose: (tab: HTMLElement) => void): void {
  const tabs = () => [...list.querySelectorAll<HTMLElement>("[role=tab]")].filter((tab) => tab.offsetParent !== null);
  const tabAt = (event: Event) =>
    event.target instanceof Element ? event.target.closest<HTMLElement>("[role=tab]") : null;
  list.addEventListener("click", (event) => {
    const tab = tabAt(event);
    if (tab !== null) choose(tab);
  });
  list.addEventListener("keydown", (event) => {
    const tab = tabAt(event);
    if (tab === null || event.ctrlKey || event.altKey || event.metaKey) return;
    const all = tabs();
    const to = targetOf(event.key, all.indexOf(tab), all.length);
    const next = to === undefined ? undefined : all.at(to);
    if (next === undefined) return;
    event.preventDefault();
    choose(next);
    // The choice may have drawn the tabs again.
    tabs()
      .find((each) => each.dataset["key"] === next.dataset["key"])
      ?.focus();
  });
}

/** The index of the tab that a key selects. */
function targetOf(key: string, from: number, count: number): number | undefined {
  if (key === "ArrowRight" || key === "ArrowDown") return (from + 1) % count;
  if (key === "ArrowLeft" || key === "ArrowUp") return (from - 1 + count) % count;
  if (key === "Home") return 0;
  return key === "End" ? count - 1 : undefined;
}

/** Marks one of the tabs as chosen. */
export function markTab(list: HTMLElement, key: string): void {
  for (const tab of list.querySelectorAll<HTMLElement>("[role=tab]")) {
    const isChosen = tab.dataset["key"] === key;
    tab.setAttribute("aria-selected", String(isChosen));
    tab.tabIndex = isChosen ? 0 : -1;
  }
}

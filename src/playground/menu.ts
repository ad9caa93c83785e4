// A small menu at a place of the page, for the fixes at the cursor.
import { button, element, withCode } from "./dom.ts";

/** An entry of a menu. */
export interface MenuEntry {
  readonly label: string;
  readonly run: () => void;
}

/** Shows a menu at a place in the window. `onClose` is called when the menu closes, whether or not an entry was chosen. */
export function showMenu(
  label: string,
  entries: readonly MenuEntry[],
  { left, top }: { readonly left: number; readonly top: number },
  onClose: () => void,
): void {
  const menu = element("div", { class: "menu", role: "menu", "aria-label": label });
  const close = () => {
    menu.removeEventListener("focusout", leave);
    menu.remove();
    onClose();
  };
  const leave = ({ relatedTarget }: FocusEvent) => {
    if (!(relatedTarget instanceof Node && menu.contains(relatedTarget))) close();
  };
  const items = entries.map(({ label: text, run }) => {
    const choose = () => {
      close();
      run();
    };
    return button(choose, { role: "menuitem", tabindex: "-1" }, ...withCode(text));
  });
  menu.append(...items);
  menu.addEventListener("focusout", leave);
  menu.addEventListener("keydown", (event) => {
    const at = items.findIndex((item) => item.matches(":focus"));
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : undefined;
    if (step !== undefined) items[(at + step + items.length) % items.length]?.focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  document.body.append(menu);
  const { width, height } = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  menu.style.top = `${top + height > innerHeight - 8 ? Math.max(8, top - height - 28) : top}px`;
  items[0]?.focus();
}

// The dialog that asks for the name of a file, and the notices below the header.
import { button, byId, element, withCode } from "./dom.ts";

/** Asks for a name until it is valid; resolves with `undefined` if the user cancels. */
export function askName(
  title: string,
  suggestion: string,
  mistakeOf: (name: string) => string | undefined,
): Promise<string | undefined> {
  const input = element("input", { id: "file-name", autocomplete: "off", spellcheck: "false" });
  input.value = suggestion;
  const mistake = element("p", { id: "file-name-mistake", class: "mistake", role: "alert" });
  input.setAttribute("aria-describedby", mistake.id);
  const form = element(
    "form",
    { method: "dialog" },
    element("h2", { id: "dialog-title" }, title),
    element("label", { for: input.id }, "File name"),
    input,
    mistake,
  );
  const dialog = element("dialog", { "aria-labelledby": "dialog-title" }, form);
  form.append(
    element(
      "div",
      { class: "dialog-buttons" },
      button(() => dialog.close(), {}, "Cancel"),
      element("button", { type: "submit", class: "primary" }, title),
    ),
  );
  return new Promise((resolve) => {
    let chosen: string | undefined;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const problem = mistakeOf(input.value);
      mistake.replaceChildren(...withCode(problem ?? ""));
      if (problem !== undefined) return input.focus();
      chosen = input.value;
      dialog.close();
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(chosen);
    });
    document.body.append(dialog);
    dialog.showModal();
    const dot = suggestion.lastIndexOf(".");
    input.setSelectionRange(0, dot < 0 ? suggestion.length : dot);
  });
}

/** A button of a notice. */
export interface NoticeButton {
  readonly label: string;
  readonly run: () => void;
}

/** Shows a sentence below the header until it is closed or replaced. */
export function notify(message: string, kind: "information" | "problem", buttons: readonly NoticeButton[] = []): void {
  const place = byId("notice");
  const { activeElement } = document;
  if (!place.contains(activeElement)) focusedBefore = activeElement;
  place.className = kind;
  place.replaceChildren(
    element("p", {}, ...withCode(message)),
    ...buttons.map(({ label, run }) =>
      button(
        () => {
          closeNotice();
          run();
        },
        {},
        label,
      ),
    ),
    button(closeNotice, { class: "quiet", "aria-label": "Close the notice" }, "Close"),
  );
}

/** Removes the notice. If it had the focus, that goes back to where it was before. */
export function closeNotice(): void {
  const place = byId("notice");
  const hadFocus = place.contains(document.activeElement);
  place.replaceChildren();
  if (hadFocus && focusedBefore instanceof HTMLElement) focusedBefore.focus();
}

let focusedBefore: Element | null = null;

// The list of findings: messages, locations, and buttons for the fixes.
import type { Diagnostic } from "vscode-languageserver";
import type { Action } from "./actions.ts";
import { button, element, withCode } from "./dom.ts";

/** The findings of a file, in the order of the text. */
export interface FileFindings {
  readonly name: string;
  readonly uri: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly actions: readonly Action[];
}

/** What happens when something in the list is chosen. */
export interface FindingEvents {
  readonly onPlace: (uri: string, position: Diagnostic["range"]["start"]) => void;
  readonly onAction: (action: Action) => void;
  /** The name of the file with a URI. */
  readonly nameOf: (uri: string) => string;
}

/** The page lists only this many findings, and shows how many others exist. */
const MOST_SHOWN = 200;

const SEVERITIES = ["Error", "Warning", "Unverified", "Hint"] as const;

/** The name of the severity of a finding. */
export function severityOf({ severity = 1 }: Diagnostic): (typeof SEVERITIES)[number] {
  return SEVERITIES[severity - 1] ?? "Error";
}

/** How many findings there are of each severity, as a phrase. */
export function countsOf(diagnostics: readonly Diagnostic[]): string {
  const phrases = SEVERITIES.flatMap((severity) => {
    const count = diagnostics.filter((each) => severityOf(each) === severity).length;
    if (count === 0) return [];
    const name = severity === "Unverified" ? "unverified" : `${severity.toLowerCase()}${count === 1 ? "" : "s"}`;
    return [`${count} ${name}`];
  });
  return phrases.length === 0 ? "No findings" : phrases.join(", ");
}

/** Shows the findings of all files, the most severe ones first. Keeps the keyboard focus at the same place in the list. */
export function showFindings(panel: HTMLElement, files: readonly FileFindings[], events: FindingEvents): void {
  const focusable = () => [...panel.querySelectorAll<HTMLElement>("button")];
  const { activeElement } = document;
  const focused = activeElement instanceof HTMLElement ? focusable().indexOf(activeElement) : -1;
  const inOrder = files.flatMap((file) => file.diagnostics.map((diagnostic) => ({ file, diagnostic })));
  const all = inOrder.sort((a, b) => (a.diagnostic.severity ?? 1) - (b.diagnostic.severity ?? 1));
  const items = all.slice(0, MOST_SHOWN).map(({ file, diagnostic }) => itemOf(file, diagnostic, events));
  const hidden = all.length - items.length;
  panel.replaceChildren(
    all.length === 0
      ? element("p", { class: "empty" }, "No findings. The definition is correct.")
      : element("ul", { class: "findings" }, ...items),
    ...(hidden > 0 ? [element("p", { class: "empty" }, `${hidden} more findings are not shown.`)] : []),
  );
  if (focused >= 0) (focusable().at(Math.min(focused, focusable().length - 1)) ?? panel).focus();
}

function itemOf({ name, uri, actions }: FileFindings, diagnostic: Diagnostic, events: FindingEvents): HTMLElement {
  const { range, code = "", message, relatedInformation = [] } = diagnostic;
  const [first = "", ...hints] = textOf(message).split("\n");
  const severity = severityOf(diagnostic);
  const key = keyOf(diagnostic);
  const fixes = actions.filter(({ diagnostics }) => diagnostics.some((each) => keyOf(each) === key));
  const item = element("li", { class: `finding ${severity.toLowerCase()}` });
  item.append(
    button(
      () => events.onPlace(uri, range.start),
      { class: "finding-place" },
      element(
        "span",
        { class: "finding-head" },
        element("span", { class: "severity" }, severity),
        element("span", { class: "finding-code" }, String(code)),
        element("span", { class: "finding-where" }, placeText(name, range.start)),
      ),
      element("span", { class: "finding-message" }, ...withCode(first)),
      ...hints.map((hint) => element("span", { class: "finding-hint" }, ...withCode(hint))),
    ),
  );
  const links = relatedInformation.map(({ location, message: text }) =>
    button(
      () => events.onPlace(location.uri, location.range.start),
      { class: "quiet" },
      `${placeText(events.nameOf(location.uri), location.range.start)}: `,
      ...withCode(text),
    ),
  );
  const buttons = fixes.map((action) =>
    button(
      () => events.onAction(action),
      { class: action.isPreferred ? "fix preferred" : isSuppression(action) ? "ignore" : "fix" },
      ...withCode(action.title),
    ),
  );
  if (buttons.length + links.length > 0)
    item.append(element("div", { class: "finding-actions" }, ...buttons, ...links));
  return item;
}

/** Whether an action only hides a finding. */
function isSuppression({ title }: Action): boolean {
  return title.startsWith("Ignore ");
}

/** The text of a message. The server sends plain text. */
export function textOf(message: Diagnostic["message"]): string {
  return typeof message === "string" ? message : message.value;
}

function placeText(name: string, { line, character }: Diagnostic["range"]["start"]): string {
  return `${name}:${line + 1}:${character + 1}`;
}

/** The same text for the same finding. */
export function keyOf({ range, code, message }: Diagnostic): string {
  return JSON.stringify([range.start, range.end, code, message]);
}

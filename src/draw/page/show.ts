// Shows a graph in an element of a page: the picture, a search field and a panel. It makes no network requests.
import type { Severity } from "../../base/diagnostic.ts";
import type { Picture } from "../picture.ts";
import { canvasOf, type Target } from "./canvas.ts";
import { button, element } from "./dom.ts";
import { type Keys, pressed, zoomed } from "./keyboard.ts";
import { type Actions, describeFindings, describeTarget } from "./panel.ts";
import { followPointers } from "./pointers.ts";
import { searchField } from "./search.ts";
import { SCOPE, styleSheet } from "./style.ts";

export interface ShowOptions {
  /** Opens a file of the graph at a line, from 1. Without it, places are only text. */
  readonly onOpen?: (file: string, line: number) => void;
}

export interface Shown {
  /** Shows a newer picture at the same place, with the same node chosen if it still exists. */
  readonly update: (picture: Picture) => void;
  /** Moves to the box of a model, if it exists. */
  readonly reveal: (model: string) => void;
}

const HELP =
  "Use the arrow keys to select another node, and Page Up and Page Down to select another box. Press Enter to describe a node, Escape to close the description, plus and minus to zoom, 0 to show everything, and slash to search.";

/**
 * Shows a picture in an element, which must have a height. `data` is the result of `pictureData`, which may have been sent as JSON.
 */
export function show(container: HTMLElement, data: Picture, { onOpen }: ShowOptions = {}): Shown {
  let picture = data;
  let current: Target | undefined;
  addStyle();
  const level = button({ class: "level", title: "Show everything (0)" }, () => canvas.showAll(), "100%");
  const area = element("div", {
    class: "area",
    tabindex: "0",
    role: "application",
    "aria-label": "Dependency graph",
    "aria-describedby": "modelwright-help",
  });
  const panel = element("aside", { class: "panel", "aria-label": "Description", hidden: "" });
  const said = element("div", { class: "unseen", role: "status" });
  const summary = element("span", { class: "summary" });
  const badge = button({ class: "badge" }, () => openPanel(describeFindings(picture, actions)));
  const nothing = element("p", { class: "nothing" }, "The graph has no models or domains.");
  const canvas = canvasOf(picture, area, ({ zoom }) => {
    level.textContent = `${Math.round(zoom * 100)}%`;
    level.setAttribute("aria-label", `Zoom ${Math.round(zoom * 100)}%, show everything`);
  });

  const openPanel = (content: readonly HTMLElement[]): void => {
    panel.replaceChildren(...content);
    panel.hidden = false;
    panel.scrollTop = 0;
  };
  const point = (target: Target | undefined): void => {
    current = target;
    canvas.mark(target);
    said.textContent = target === undefined ? "" : nameOf(picture, target);
  };
  const choose = (target: Target, hasFocus = false): void => {
    openPanel(describeTarget(picture, target, actions));
    point(target);
    canvas.show(target);
    if (hasFocus) panel.querySelector("h2")?.focus();
  };
  const close = (): void => {
    const hadFocus = panel.contains(document.activeElement);
    panel.hidden = true;
    point(undefined);
    if (hadFocus) area.focus();
  };
  const actions: Actions = { onOpen, close, choose: (target) => choose(target, true) };
  const search = searchField(
    () => picture,
    (target) => choose(target, true),
    () => area.focus(),
  );
  const keys: Keys = {
    canvas,
    current: () => current,
    go: (target) => {
      point(target);
      canvas.show(target);
      if (!panel.hidden) openPanel(describeTarget(picture, target, actions));
    },
    open: (target) => choose(target, true),
    close,
    search: search.focus,
  };

  area.append(canvas.svg, nothing);
  followPointers(area, {
    camera: canvas.camera,
    move: canvas.move,
    click: (at) => {
      const target = canvas.targetAt(at);
      if (target === undefined) close();
      else choose(target);
    },
  });
  area.addEventListener("keydown", (event) => {
    if (pressed(event, keys)) event.preventDefault();
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  const zoom = element(
    "div",
    { class: "zoom", role: "group", "aria-label": "Zoom" },
    button({ "aria-label": "Zoom out", title: "Zoom out (-)" }, () => canvas.move(zoomed(canvas, 0.8)), "−"),
    level,
    button({ "aria-label": "Zoom in", title: "Zoom in (+)" }, () => canvas.move(zoomed(canvas, 1.25)), "+"),
  );
  const heading = element("div", { class: "heading" }, element("h1", {}, "Dependency graph"), summary);
  const bar = element("header", { class: "bar" }, heading, search.field, badge);
  const stage = element("div", { class: "stage" }, area, zoom);
  const main = element("main", { class: "main" }, stage, panel);
  const help = element("div", { id: "modelwright-help", class: "unseen" }, HELP);
  container.replaceChildren(element("div", { class: SCOPE }, bar, main, help, said));

  const describe = (): void => {
    nothing.hidden = picture.boxes.length > 0;
    summary.textContent = summaryOf(picture);
    badge.hidden = picture.findings.length === 0 && picture.boxes.every(({ cycles }) => cycles.length === 0);
    badge.textContent = findingsOf(picture);
  };
  describe();
  canvas.showFirst();
  addEventListener("beforeprint", () => canvas.drawAll(true));
  addEventListener("afterprint", () => canvas.drawAll(false));
  return {
    update: (next) => {
      const again = current === undefined ? undefined : sameTarget(picture, next, current);
      picture = next;
      describe();
      canvas.setPicture(picture);
      const wasOpen = !panel.hidden;
      if (again === undefined) close();
      else {
        point(again);
        if (wasOpen) openPanel(describeTarget(picture, again, actions));
      }
    },
    reveal: (model) => {
      const box = picture.boxes.findIndex(({ kind, name }) => kind === "model" && name === model);
      if (box >= 0) keys.go({ box, node: undefined });
    },
  };
}

/** Every content security policy allows style sheets that a script creates. */
function addStyle(): void {
  if (isStyled) return;
  isStyled = true;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styleSheet());
  document.adoptedStyleSheets.push(sheet);
}

let isStyled = false;

function nameOf({ boxes }: Picture, { box, node }: Target): string {
  const found = boxes[box];
  if (found === undefined) return "";
  return node === undefined ? `${found.kind} ${found.name}` : `${found.nodes[node]?.name ?? ""}, ${found.name}`;
}

/** The node of the same name in a newer picture. */
function sameTarget(before: Picture, after: Picture, { box, node }: Target): Target | undefined {
  const old = before.boxes[box];
  const next = after.boxes.findIndex(({ id }) => id === old?.id);
  if (old === undefined || next < 0) return undefined;
  if (node === undefined) return { box: next, node };
  const name = old.nodes[node]?.name;
  const found = after.boxes[next]?.nodes.findIndex((each) => each.name === name) ?? -1;
  return found < 0 ? undefined : { box: next, node: found };
}

function summaryOf({ boxes }: Picture): string {
  const count = (kind: "model" | "domain") => counted(boxes.filter((box) => box.kind === kind).length, kind);
  return [count("model"), count("domain")].filter((text) => text !== "").join(", ");
}

function counted(count: number, what: string): string {
  return count === 0 ? "" : `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
}

/** `2 errors, 1 warning` */
function findingsOf({ findings, boxes, hidden }: Picture): string {
  const words: readonly (readonly [Severity, string])[] = [
    ["error", "error"],
    ["warning", "warning"],
    ["unverified", "unverified finding"],
    ["hint", "hint"],
  ];
  const texts = words.map(([severity, word]) =>
    counted(findings.filter((each) => each.severity === severity).length, word),
  );
  const cycles = counted(
    boxes.reduce((sum, box) => sum + box.cycles.length, 0),
    "cycle",
  );
  const more = hidden === 0 ? "" : `${hidden.toLocaleString("en")} more`;
  return [...texts, more, cycles].filter((text) => text !== "").join(", ");
}

// The panel beside the picture: what is known about a node or a box, or all findings.
import { type Reached, reachedFrom } from "../hops.ts";
import type { Box, Picture, PictureFinding, PictureNode, Place } from "../picture.ts";
import { ROLES } from "../theme.ts";
import type { Target } from "./canvas.ts";
import { button, element } from "./dom.ts";

/** What the panel can do. */
export interface Actions {
  readonly choose: (target: Target) => void;
  readonly close: () => void;
  /** Opens a file at a line; `undefined` if the page cannot open files. */
  readonly onOpen: ((file: string, line: number) => void) | undefined;
}

/** The maximum number of items in a list of nodes or findings. */
const MOST_LISTED = 200;

/** The content of the panel for a node or a box. */
export function describeTarget(
  picture: Picture,
  { box: b, node: n }: Target,
  actions: Actions,
): readonly HTMLElement[] {
  const box = picture.boxes[b];
  if (box === undefined) return [];
  const node = n === undefined ? undefined : box.nodes[n];
  return node === undefined || n === undefined
    ? describeBox(picture, b, box, actions)
    : describeNode(picture, { box: b, node: n }, box, node, actions);
}

function describeNode(
  picture: Picture,
  { box: b, node: n }: { readonly box: number; readonly node: number },
  box: Box,
  node: PictureNode,
  actions: Actions,
): readonly HTMLElement[] {
  const shape = picture.shapes[box.shape];
  const list = (title: string, none: string, direction: "needs" | "feeds") =>
    nodeList(title, none, shape === undefined ? [] : reachedFrom(shape, n, direction), b, box, actions);
  return [
    header(node.caption, ownName(node) || node.caption, ROLES[node.kind], actions),
    element(
      "p",
      { class: "where" },
      "in ",
      button({ class: "link" }, () => actions.choose({ box: b, node: undefined }), `${box.kind} ${box.name}`),
      ...(node.place === undefined ? [] : [" · ", placeElement(picture, node.place, actions)]),
    ),
    ...findingList(picture, node.findings ?? [], actions),
    ...(node.text === undefined ? [] : [excerpt(picture.texts[node.text] ?? "")]),
    list("Needs", "Nothing in this graph.", "needs"),
    list("Needed by", "Nothing in this graph.", "feeds"),
  ];
}

/** The name of a node without its kind; empty if the kind has no names. */
function ownName({ name, caption }: PictureNode): string {
  return name.slice(caption.length + 1);
}

function describeBox(picture: Picture, b: number, box: Box, actions: Actions): readonly HTMLElement[] {
  const nodes = box.nodes.map((_, node) => ({ node, hops: 0 }));
  return [
    header(box.kind, box.name || "(no name)", undefined, actions),
    element("p", { class: "where" }, placeElement(picture, box.place, actions)),
    ...cycleList(box.cycles),
    ...findingList(picture, box.findings, actions),
    nodeList("Nodes", "This box is empty.", nodes, b, box, actions),
  ];
}

/** The content of the panel for all findings and cycles. */
export function describeFindings(picture: Picture, actions: Actions): readonly HTMLElement[] {
  const more =
    picture.hidden === 0 ? [] : [element("p", { class: "note" }, `${picture.hidden} more findings are not listed.`)];
  const targets = new Map<number, Target>();
  for (const [b, box] of picture.boxes.entries()) {
    for (const finding of box.findings) targets.set(finding, { box: b, node: undefined });
    for (const [n, { findings }] of box.nodes.entries()) {
      for (const finding of findings ?? []) targets.set(finding, { box: b, node: n });
    }
  }
  const items = picture.findings.slice(0, MOST_LISTED).map((finding, i) => {
    const target = targets.get(i);
    const show =
      target === undefined ? [] : [button({ class: "link" }, () => actions.choose(target), "Show in the graph")];
    return findingItem(picture, finding, actions, show);
  });
  return [
    header("all", "Findings", undefined, actions),
    ...cycleList(picture.boxes.flatMap(({ cycles }) => cycles).slice(0, MOST_LISTED)),
    element("ul", { class: "findings" }, ...items),
    ...more,
  ];
}

function header(caption: string, title: string, role: string | undefined, { close }: Actions): HTMLElement {
  const dot = role === undefined ? [] : [element("span", { class: `dot ${role}` })];
  return element(
    "header",
    {},
    element("div", {}, element("p", { class: "eyebrow" }, ...dot, caption), element("h2", { tabindex: "-1" }, title)),
    button({ class: "icon", "aria-label": "Close", title: "Close (Escape)" }, close, "×"),
  );
}

function placeElement(picture: Picture, [file, line]: Place, { onOpen }: Actions): HTMLElement {
  const { path = "", shown = "" } = picture.files[file] ?? {};
  const text = `${shown}:${line}`;
  if (onOpen === undefined) return element("code", { class: "place" }, text);
  return button({ class: "link place" }, () => onOpen(path, line), text);
}

function findingList(picture: Picture, indexes: readonly number[], actions: Actions): readonly HTMLElement[] {
  const items = indexes.flatMap((i) => {
    const finding = picture.findings[i];
    return finding === undefined ? [] : [findingItem(picture, finding, actions, [])];
  });
  return items.length === 0 ? [] : [element("ul", { class: "findings", "aria-label": "Findings" }, ...items)];
}

function findingItem(
  picture: Picture,
  { severity, code, message, hint, place }: PictureFinding,
  actions: Actions,
  more: readonly HTMLElement[],
): HTMLElement {
  return element(
    "li",
    { class: `finding is-${severity}` },
    element("p", { class: "severity" }, `${severity} `, element("code", {}, code)),
    element("p", {}, message),
    ...(hint === undefined ? [] : [element("p", { class: "note" }, hint)]),
    element("p", { class: "where" }, placeElement(picture, place, actions), ...more.flatMap((each) => [" · ", each])),
  );
}

function cycleList(cycles: readonly string[]): readonly HTMLElement[] {
  if (cycles.length === 0) return [];
  const items = cycles.map((cycle) => element("li", { class: "finding is-error" }, element("p", {}, cycle)));
  return [element("h3", {}, "Cycles"), element("ul", { class: "findings" }, ...items)];
}

function excerpt(text: string): HTMLElement {
  // It can be scrolled, so it must be reachable with the keyboard.
  return element("pre", { tabindex: "0", role: "region", "aria-label": "Definition" }, element("code", {}, text));
}

function nodeList(
  title: string,
  none: string,
  reached: readonly Reached[],
  b: number,
  box: Box,
  actions: Actions,
): HTMLElement {
  const items = reached.slice(0, MOST_LISTED).flatMap(({ node: n, hops }) => {
    const node = box.nodes[n];
    if (node === undefined) return [];
    const distance = hops > 1 ? [element("span", { class: "hops" }, `${hops} hops`)] : [];
    const content = [
      element("span", { class: `dot ${ROLES[node.kind]}` }),
      element("span", { class: "node-name" }, element("span", { class: "kind" }, node.caption), ` ${ownName(node)}`),
      ...distance,
    ];
    return [
      element(
        "li",
        {},
        button({ class: "row" }, () => actions.choose({ box: b, node: n }), ...content),
      ),
    ];
  });
  const list = items.length > 0 ? element("ul", { class: "nodes" }, ...items) : element("p", { class: "note" }, none);
  const count = items.length > 0 ? [element("span", { class: "number" }, String(reached.length))] : [];
  return element("section", {}, element("h3", {}, title, ...count), list);
}

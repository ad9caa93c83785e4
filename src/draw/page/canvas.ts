// The drawn picture. Only the boxes in view are elements of the page. Boxes that are too small to read are only frames with a title.

import { reachedFrom } from "../hops.ts";
import { boxMarkup, escapeMarkup, worstOf } from "../markup.ts";
import { type Packed, pack } from "../pack.ts";
import type { Box, Picture } from "../picture.ts";
import { FRAME, NODE_HEIGHT, tenth } from "../sizes.ts";
import { type Area, type Camera, firstView, fit, kept, overlap, type Rectangle, reveal, visible } from "./camera.ts";
import { svgElement } from "./dom.ts";

/** A node, by the index of its box and its own index. Without a node, the box itself. */
export interface Target {
  readonly box: number;
  readonly node: number | undefined;
}

export interface Canvas {
  readonly svg: SVGSVGElement;
  readonly picture: () => Picture;
  readonly camera: () => Camera;
  readonly view: () => Area;
  /** Shows another picture at the same place. */
  readonly setPicture: (picture: Picture) => void;
  readonly move: (camera: Camera) => void;
  readonly showAll: () => void;
  /** Arranges the boxes for the size of the area, and shows the first ones. The area must be in the page. */
  readonly showFirst: () => void;
  /** Moves, and zooms if needed, until a target can be read. */
  readonly show: (target: Target) => void;
  /** Highlights a node, the nodes that it needs, and the nodes that need it. With `undefined`, removes the highlight. */
  readonly mark: (target: Target | undefined) => void;
  /** The rectangle of a target in the picture. */
  readonly placeOf: (target: Target) => Rectangle;
  /** The target that an element of the picture belongs to. */
  readonly targetAt: (element: Element | null) => Target | undefined;
  /** Draws all boxes, for printing, or only those in view. */
  readonly drawAll: (isAll: boolean) => void;
}

/** Below this size, names cannot be read. */
const LEAST_READABLE = 0.24;
/** The zoom for a target that is too small to read. */
const COMFORTABLE = 0.8;

/** Draws a picture in an area of the page; `moved` is called after each change of the camera. */
export function canvasOf(first: Picture, area: HTMLElement, moved: (camera: Camera) => void): Canvas {
  const svg = svgElement("svg", { "aria-hidden": "true", focusable: "false", class: "picture" });
  const root = svgElement("g");
  svg.append(root);
  let picture = first;
  let camera: Camera = { left: 0, top: 0, zoom: 1 };
  let marked: Target | undefined;
  let isPrinting = false;
  let isWaiting = false;
  let isPlaced = false;
  const drawn = new Map<number, { readonly group: SVGGElement; readonly isSimple: boolean }>();
  const view = (): Area => ({ width: area.clientWidth, height: area.clientHeight });
  const aspect = () => Math.min(Math.max(view().width / Math.max(view().height, 1), 0.4), 2.5);
  let packed: Packed = { places: [], width: 0, height: 0 };

  const rectangleOf = (index: number): Rectangle => ({
    ...(packed.places[index] ?? { x: 0, y: 0 }),
    width: picture.boxes[index]?.width ?? 0,
    height: picture.boxes[index]?.height ?? 0,
  });

  const draw = (index: number, isSimple: boolean): void => {
    const before = drawn.get(index);
    const box = picture.boxes[index];
    if (box === undefined || before?.isSimple === isSimple) return;
    const { x, y } = rectangleOf(index);
    const group =
      before?.group ??
      svgElement("g", { transform: `translate(${x} ${y})`, "data-box": String(index), class: "group" });
    group.innerHTML = isSimple ? simpleMarkup(picture, box) : boxMarkup(picture, box);
    if (before === undefined) root.append(group);
    drawn.set(index, { group, isSimple });
    if (marked?.box === index && !isSimple) markIn(group, picture, marked);
  };

  const render = (): void => {
    isWaiting = false;
    root.setAttribute(
      "transform",
      isPrinting ? "" : `translate(${tenth(camera.left)} ${tenth(camera.top)}) scale(${camera.zoom})`,
    );
    const seen = visible(camera, view());
    const isSimple = !isPrinting && camera.zoom < LEAST_READABLE;
    for (const index of picture.boxes.keys()) {
      if (isPrinting || overlap(rectangleOf(index), seen)) draw(index, isSimple);
      else {
        drawn.get(index)?.group.remove();
        drawn.delete(index);
      }
    }
    moved(camera);
  };
  const soon = (): void => {
    if (!isWaiting) requestAnimationFrame(render);
    isWaiting = true;
  };
  const clear = (): void => {
    root.replaceChildren();
    drawn.clear();
  };
  const arrange = (): void => {
    packed = pack(picture.boxes, aspect());
    clear();
  };
  const move = (to: Camera): void => {
    // Nothing can be kept in an area that is hidden.
    camera = area.clientWidth === 0 ? to : kept(to, packed, view());
    soon();
  };
  const placeOf = ({ box, node }: Target): Rectangle => {
    const around = rectangleOf(box);
    const place = node === undefined ? undefined : picture.shapes[picture.boxes[box]?.shape ?? -1]?.nodes[node];
    if (place === undefined) return around;
    const [x, y, width] = place;
    return { x: around.x + FRAME.side + x, y: around.y + FRAME.top + y, width, height: NODE_HEIGHT };
  };
  const showFirst = (): void => {
    arrange();
    move(firstView(packed, picture.boxes[0] ?? packed, view()));
    isPlaced = area.clientWidth > 0;
  };
  // An area that is hidden has no size. It gets its first view when it is shown.
  new ResizeObserver(() => (isPlaced || area.clientWidth === 0 ? move(camera) : showFirst())).observe(area);

  return {
    svg,
    picture: () => picture,
    camera: () => camera,
    view,
    move,
    placeOf,
    setPicture: (next) => {
      picture = next;
      marked = undefined;
      arrange();
      move(camera);
    },
    showAll: () => move(fit({ x: 0, y: 0, ...packed }, view())),
    showFirst,
    show: (target) => {
      const zoom = camera.zoom < 0.6 ? COMFORTABLE : camera.zoom;
      const place = placeOf(target);
      const isNear = zoom === camera.zoom;
      move(isNear ? reveal(camera, place, view()) : centered(place, zoom, view()));
    },
    mark: (target) => {
      const before = marked === undefined ? undefined : drawn.get(marked.box);
      if (before !== undefined && !before.isSimple) unmark(before.group);
      marked = target;
      const now = target === undefined ? undefined : drawn.get(target.box);
      if (target !== undefined && now !== undefined && !now.isSimple) markIn(now.group, picture, target);
    },
    targetAt: (element) => {
      const box = element?.closest("[data-box]")?.getAttribute("data-box");
      const node = element?.closest("[data-node]")?.getAttribute("data-node");
      if (box === undefined || box === null) return undefined;
      return { box: Number(box), node: node === undefined || node === null ? undefined : Number(node) };
    },
    drawAll: (isAll) => {
      isPrinting = isAll;
      const size = `${-GUTTER} ${-GUTTER} ${packed.width + 2 * GUTTER} ${packed.height + 2 * GUTTER}`;
      if (isAll) svg.setAttribute("viewBox", size);
      else svg.removeAttribute("viewBox");
      clear();
      render();
    },
  };
}

const GUTTER = 8;

function centered({ x, y, width, height }: Rectangle, zoom: number, view: Area): Camera {
  return { zoom, left: view.width / 2 - (x + width / 2) * zoom, top: view.height / 2 - (y + height / 2) * zoom };
}

/** A box that is too small to read: its frame and a title that fills it. */
function simpleMarkup(picture: Picture, box: Box): string {
  const { width, height, title } = box;
  const worst = worstOf(picture, [...box.findings, ...box.nodes.flatMap(({ findings }) => findings ?? [])]);
  const size = tenth(Math.min(height * 0.32, (width - 40) / Math.max(title.columns * 0.62, 1)));
  const found = worst === undefined ? "" : ` found ${worst}`;
  return `<title>${escapeMarkup(box.name)}</title><rect class="box simple${found}" width="${width}" height="${height}" rx="16"/><text class="title simple" x="${width / 2}" y="${tenth(height / 2 + size * 0.35)}" font-size="${size}">${escapeMarkup(title.text)}</text>`;
}

function unmark(group: SVGGElement): void {
  group.classList.remove("marked");
  for (const node of group.querySelectorAll(".related")) node.classList.remove("related", "chosen");
  for (const path of group.querySelectorAll(".trace")) path.remove();
}

/** Highlights a node, the nodes that it needs or that need it, and the edges between them. */
function markIn(group: SVGGElement, picture: Picture, { box, node }: Target): void {
  const shape = picture.shapes[picture.boxes[box]?.shape ?? -1];
  if (node === undefined || shape === undefined) return;
  const needs = new Set([node, ...reachedFrom(shape, node, "needs").map((each) => each.node)]);
  const feeds = new Set([node, ...reachedFrom(shape, node, "feeds").map((each) => each.node)]);
  group.classList.add("marked");
  for (const element of group.querySelectorAll("[data-node]")) {
    const index = Number(element.getAttribute("data-node"));
    if (needs.has(index) || feeds.has(index)) element.classList.add("related");
    if (index === node) element.classList.add("chosen");
  }
  const traced = shape.edges.filter(
    ({ from, to, isCyclic }) => !isCyclic && ((needs.has(from) && needs.has(to)) || (feeds.has(from) && feeds.has(to))),
  );
  const inner = group.querySelector("[data-node]")?.parentNode;
  const before = group.querySelector("[data-node]");
  if (inner === null || inner === undefined) return;
  inner.insertBefore(svgElement("path", { class: "line trace", d: traced.map(({ line }) => line).join("") }), before);
  inner.insertBefore(svgElement("path", { class: "head trace", d: traced.map(({ head }) => head).join("") }), before);
}

// Keyboard navigation in the picture.
import type { Picture } from "../picture.ts";
import { type Camera, pan, type Rectangle, zoomAt } from "./camera.ts";
import type { Canvas, Target } from "./canvas.ts";

type Direction = readonly [x: -1 | 0 | 1, y: -1 | 0 | 1];

const DIRECTIONS: Readonly<Record<string, Direction>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The actions of the keys in the page. */
export interface Keys {
  readonly canvas: Canvas;
  readonly current: () => Target | undefined;
  readonly go: (target: Target) => void;
  readonly open: (target: Target) => void;
  readonly close: () => void;
  readonly search: () => void;
}

/** Handles a key that is pressed in the picture; returns whether the key has an action. */
export function pressed(event: KeyboardEvent, { canvas, current, go, open, close, search }: Keys): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const target = current();
  const direction = DIRECTIONS[event.key];
  if (direction !== undefined) {
    if (event.shiftKey) canvas.move(pan(canvas.camera(), -80 * direction[0], -80 * direction[1]));
    else {
      const next = neighbor(canvas, target, direction);
      if (next !== undefined) go(next);
    }
    return true;
  }
  const box = target?.box ?? 0;
  const last = canvas.picture().boxes.length - 1;
  const toBox = (index: number) => go(firstOf(canvas.picture(), Math.min(Math.max(index, 0), last)));
  const keys: Readonly<Record<string, () => void>> = {
    Enter: () => open(target ?? firstOf(canvas.picture(), 0)),
    " ": () => open(target ?? firstOf(canvas.picture(), 0)),
    Escape: close,
    "/": search,
    "+": () => canvas.move(zoomed(canvas, 1.25)),
    "=": () => canvas.move(zoomed(canvas, 1.25)),
    "-": () => canvas.move(zoomed(canvas, 0.8)),
    "0": canvas.showAll,
    "1": canvas.showFirst,
    Home: () => toBox(0),
    End: () => toBox(last),
    PageDown: () => toBox(box + 1),
    PageUp: () => toBox(box - 1),
  };
  const action = keys[event.key];
  if (last >= 0) action?.();
  return action !== undefined;
}

/** The camera after a zoom around the middle of the view. */
export function zoomed(canvas: Canvas, factor: number): Camera {
  const { width, height } = canvas.view();
  return zoomAt(canvas.camera(), factor, width / 2, height / 2);
}

function firstOf({ boxes }: Picture, box: number): Target {
  return { box, node: (boxes[box]?.nodes.length ?? 0) > 0 ? 0 : undefined };
}

/** The nearest node in a direction: in the same box, or else in the nearest box. */
function neighbor(canvas: Canvas, target: Target | undefined, direction: Direction): Target | undefined {
  const { boxes } = canvas.picture();
  if (boxes.length === 0) return undefined;
  if (target === undefined) return firstOf(canvas.picture(), 0);
  const here = canvas.placeOf(target);
  const inBox = (boxes[target.box]?.nodes ?? []).map((_, node): Target => ({ box: target.box, node }));
  const near = nearest(canvas, here, inBox, direction);
  if (near !== undefined) return near;
  const around = boxes.map((_, box): Target => ({ box, node: undefined }));
  const others = around.filter(({ box }) => box !== target.box);
  const next = nearest(canvas, canvas.placeOf({ box: target.box, node: undefined }), others, direction);
  if (next === undefined) return undefined;
  const nodes = (boxes[next.box]?.nodes ?? []).map((_, node): Target => ({ box: next.box, node }));
  const closest = nodes.map((each) => ({ each, far: distance(here, canvas.placeOf(each)) }));
  return closest.reduce<{ readonly each: Target; readonly far: number }>(
    (best, other) => (other.far < best.far ? other : best),
    { each: next, far: Number.POSITIVE_INFINITY },
  ).each;
}

/** The target that is nearest in a direction; steps to the side count three times. */
function nearest(canvas: Canvas, here: Rectangle, targets: readonly Target[], [dx, dy]: Direction): Target | undefined {
  let best: Target | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const target of targets) {
    const place = canvas.placeOf(target);
    const x = middle(place.x, place.width) - middle(here.x, here.width);
    const y = middle(place.y, place.height) - middle(here.y, here.height);
    const ahead = x * dx + y * dy;
    const aside = Math.abs(x * dy) + Math.abs(y * dx);
    if (ahead <= 1 || ahead + 3 * aside >= least) continue;
    best = target;
    least = ahead + 3 * aside;
  }
  return best;
}

function distance(a: Rectangle, b: Rectangle): number {
  return Math.hypot(middle(a.x, a.width) - middle(b.x, b.width), middle(a.y, a.height) - middle(b.y, b.height));
}

function middle(start: number, size: number): number {
  return start + size / 2;
}

// Mouse, wheel and touch: drag to move, use the wheel or two fingers to zoom, click to select.
import { type Camera, pan, zoomAt } from "./camera.ts";

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A pointer that moves less than this, in pixels, is a click. */
const STILL = 5;

/** What the pointers of an area change. */
export interface Moves {
  readonly camera: () => Camera;
  readonly move: (camera: Camera) => void;
  readonly click: (element: Element | null) => void;
}

/** Lets mouse, wheel and touch move the camera of an area. */
export function followPointers(area: HTMLElement, { camera, move, click }: Moves): void {
  const down = new Map<number, Point>();
  let travelled = 0;
  const inArea = ({ clientX, clientY }: MouseEvent): Point => {
    const { left, top } = area.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };
  const middle = (): Point => {
    const all = [...down.values()];
    const sum = all.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 });
    return { x: sum.x / all.length, y: sum.y / all.length };
  };
  const spread = (): number => {
    const [a, b] = [...down.values()];
    return a === undefined || b === undefined ? 0 : Math.hypot(a.x - b.x, a.y - b.y);
  };
  area.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    if (down.size === 0) travelled = 0;
    down.set(event.pointerId, inArea(event));
  });
  area.addEventListener("pointermove", (event) => {
    if (!down.has(event.pointerId)) return;
    const before = { ...middle(), spread: spread() };
    down.set(event.pointerId, inArea(event));
    const after = { ...middle(), spread: spread() };
    travelled += Math.hypot(after.x - before.x, after.y - before.y) + Math.abs(after.spread - before.spread);
    if (travelled < STILL) return;
    // Capture the pointer only now, because a captured pointer does not click the element below it.
    if (!area.hasPointerCapture(event.pointerId)) area.setPointerCapture(event.pointerId);
    area.classList.add("moving");
    const moved = pan(camera(), after.x - before.x, after.y - before.y);
    const factor = before.spread > 0 && after.spread > 0 ? after.spread / before.spread : 1;
    move(zoomAt(moved, factor, after.x, after.y));
  });
  const release = (event: PointerEvent) => {
    down.delete(event.pointerId);
    if (down.size === 0) area.classList.remove("moving");
  };
  area.addEventListener("pointerup", release);
  area.addEventListener("pointercancel", release);
  area.addEventListener("click", (event) => {
    if (travelled < STILL) click(event.target instanceof Element ? event.target : null);
  });
  area.addEventListener("dblclick", (event) => {
    const { x, y } = inArea(event);
    move(zoomAt(camera(), 1.6, x, y));
  });
  area.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const { x, y } = inArea(event);
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      if (event.shiftKey) return move(pan(camera(), -(event.deltaY + event.deltaX) * lines, 0));
      // A pinch on a touchpad arrives as wheel events with Ctrl and small steps.
      const speed = event.ctrlKey ? 0.01 : 0.0016;
      move(zoomAt(camera(), Math.exp(-event.deltaY * lines * speed), x, y));
    },
    { passive: false },
  );
}

// Which part of the picture is visible: a point at (x, y) of the picture is drawn at (x * zoom + left, y * zoom + top).

export interface Camera {
  readonly left: number;
  readonly top: number;
  readonly zoom: number;
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Area {
  readonly width: number;
  readonly height: number;
}

const ZOOMS = { least: 0.02, most: 3 } as const;

/** The space around a fitted rectangle, in screen pixels. */
const MARGIN = 24;

/** The camera that shows a rectangle in the middle of a view, enlarged at most `most` times. */
export function fit({ x, y, width, height }: Rectangle, view: Area, most = 1): Camera {
  const room = { width: Math.max(view.width - 2 * MARGIN, 1), height: Math.max(view.height - 2 * MARGIN, 1) };
  const zoom = bounded(Math.min(room.width / Math.max(width, 1), room.height / Math.max(height, 1), most));
  return { zoom, left: (view.width - width * zoom) / 2 - x * zoom, top: (view.height - height * zoom) / 2 - y * zoom };
}

/**
 * The first camera. It shows everything if the text is then readable. Otherwise, it shows the first box from its upper left corner, in
 * its whole width as long as its shape is recognizable.
 */
export function firstView(all: Area, first: Area, view: Area): Camera {
  const whole = fit({ x: 0, y: 0, ...all }, view);
  if (whole.zoom >= READABLE) return whole;
  const wide = (view.width - 2 * MARGIN) / Math.max(first.width, 1);
  return { zoom: wide < RECOGNIZABLE ? READABLE : Math.min(wide, 1), left: MARGIN, top: MARGIN };
}

/** At this size, names can be read. */
const READABLE = 0.5;
/** At this size, names can be guessed. A box that does not fit then is shown in part. */
const RECOGNIZABLE = 0.36;

/** Zooms by a factor around the point of the view at (x, y). */
export function zoomAt(camera: Camera, factor: number, x: number, y: number): Camera {
  const zoom = bounded(camera.zoom * factor);
  const by = zoom / camera.zoom;
  return { zoom, left: x - (x - camera.left) * by, top: y - (y - camera.top) * by };
}

/** Moves the picture by screen pixels. A part of it stays visible. */
export function pan({ left, top, zoom }: Camera, x: number, y: number): Camera {
  return { zoom, left: left + x, top: top + y };
}

/** Keeps at least a corner of the picture in the view. */
export function kept({ left, top, zoom }: Camera, all: Area, view: Area): Camera {
  const within = (value: number, size: number, room: number) =>
    Math.min(Math.max(value, EDGE - size * zoom), Math.max(room - EDGE, 0));
  return { zoom, left: within(left, all.width, view.width), top: within(top, all.height, view.height) };
}

const EDGE = 80;

/** Moves the camera by the smallest distance that brings a rectangle into view. */
export function reveal(camera: Camera, { x, y, width, height }: Rectangle, view: Area): Camera {
  const shift = (start: number, size: number, room: number) => {
    if (start < MARGIN || size > room - 2 * MARGIN) return MARGIN - start;
    return Math.min(room - MARGIN - (start + size), 0);
  };
  const [left, top] = [x * camera.zoom + camera.left, y * camera.zoom + camera.top];
  return pan(camera, shift(left, width * camera.zoom, view.width), shift(top, height * camera.zoom, view.height));
}

/** The part of the picture that is visible, with some space around it. */
export function visible({ left, top, zoom }: Camera, view: Area): Rectangle {
  const around = 80;
  return {
    x: (-around - left) / zoom,
    y: (-around - top) / zoom,
    width: (view.width + 2 * around) / zoom,
    height: (view.height + 2 * around) / zoom,
  };
}

/** Whether two rectangles overlap. */
export function overlap(a: Rectangle, b: Rectangle): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function bounded(zoom: number): number {
  return Math.min(Math.max(zoom, ZOOMS.least), ZOOMS.most);
}

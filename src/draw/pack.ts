// Places boxes in rows, in their order.
import { tenth } from "./sizes.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The place of each box, in the order of the boxes, and the size of all of them together. */
export interface Packed extends Size {
  readonly places: readonly { readonly x: number; readonly y: number }[];
}

/** The space between boxes, in pixels. */
export const GAP = 28;

/** Packs boxes in rows, so that all of them together are about `aspect` times as wide as they are high. */
export function pack(sizes: readonly Size[], aspect: number): Packed {
  const area = sizes.reduce((sum, { width, height }) => sum + (width + GAP) * (height + GAP), 0);
  const widest = sizes.reduce((most, { width }) => Math.max(most, width), 0);
  const room = Math.max(widest, Math.sqrt(area * aspect));
  const places: { readonly x: number; readonly y: number }[] = [];
  let [x, y, rowHeight, width] = [0, 0, 0, 0];
  for (const size of sizes) {
    if (x > 0 && x + size.width > room) {
      y += rowHeight + GAP;
      [x, rowHeight] = [0, 0];
    }
    places.push({ x: tenth(x), y: tenth(y) });
    width = Math.max(width, x + size.width);
    rowHeight = Math.max(rowHeight, size.height);
    x += size.width + GAP;
  }
  return { places, width: tenth(width), height: tenth(y + rowHeight) };
}

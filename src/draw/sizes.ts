// Sizes in pixels that a picture and its layout share.

/** The height of a node. */
export const NODE_HEIGHT = 44;

/** The space between the frame of a box and its nodes: left and right, above, below. */
export const FRAME = { side: 20, top: 66, bottom: 22 } as const;

/** The height of the three fonts, in pixels. */
export const FONTS = { caption: 10, name: 13, title: 16 } as const;

/** The width of a column in a font, in pixels: 0.6 of its height. */
export function columnWidth(font: keyof typeof FONTS): number {
  return tenth(FONTS[font] * 0.6);
}

/** Rounds to a tenth, so that every machine writes the same digits. */
export function tenth(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

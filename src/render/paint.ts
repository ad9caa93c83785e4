import type { Severity } from "../base/diagnostic.ts";

/** What a piece of output is, which determines its color. */
export type Style = Severity | "strong" | "frame";

/** Adds the color of a style to a text, or leaves it unchanged. */
export type Paint = (style: Style, text: string) => string;

/**
 * Middle tones of the fixed 256 colors: each has a contrast above 3 with both black and white. The sixteen basic colors
 * depend on the theme of the terminal, and yellow or bright blue is hardly visible on one of the two backgrounds.
 */
const CODES: Readonly<Record<Style, string>> = {
  error: "1;38;5;196",
  warning: "1;38;5;166",
  hint: "1;38;5;31",
  unverified: "1;38;5;133",
  strong: "1",
  frame: "38;5;32",
};

export const plain: Paint = (_, text) => text;

export const colored: Paint = (style, text) => (text === "" ? "" : `\u001b[${CODES[style]}m${text}\u001b[0m`);

// The messages between the extension and the page with a graph.
import type { Picture } from "../draw/picture.ts";

/** What the extension sends. */
export type ToPage =
  | { readonly kind: "picture"; readonly picture: Picture }
  | { readonly kind: "reveal"; readonly model: string };

/** What the page sends: that it is ready, and that a place should be opened. Lines start at 1. */
export type FromPage =
  | { readonly kind: "ready" }
  | { readonly kind: "open"; readonly file: string; readonly line: number };

// The messages between the extension and the page with a graph.
import type { Picture } from "../draw/picture.ts";

/** What the extension sends. */
export type ToPage =
  | { readonly kind: "picture"; readonly picture: Picture }
  | { readonly kind: "reveal"; readonly model: string };

/** What the page sends: that it listens, and that a place should be opened. The line is counted from 1. */
export type FromPage =
  | { readonly kind: "ready" }
  | { readonly kind: "open"; readonly file: string; readonly line: number };

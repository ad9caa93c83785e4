// The script of the page with the graph, inside of the editor. It shows the pictures that the extension sends.

import { type Shown, show } from "../../draw/page/show.ts";
import type { Picture } from "../../draw/picture.ts";
import type { FromPage, ToPage } from "../messages.ts";

declare function acquireVsCodeApi(): { readonly postMessage: (message: FromPage) => void };

const editor = acquireVsCodeApi();
let shown: Shown | undefined;

function draw(picture: Picture): void {
  if (shown !== undefined) shown.update(picture);
  else
    shown = show(document.body, picture, { onOpen: (file, line) => editor.postMessage({ kind: "open", file, line }) });
}

/** The editor sets a class that names its color theme. */
function followTheme(): void {
  const isLight = /\bvscode-(?:high-contrast-)?light\b/.test(document.body.className);
  document.documentElement.dataset["scheme"] = isLight ? "light" : "dark";
}

addEventListener("message", ({ data }: MessageEvent<ToPage>) => {
  if (data.kind === "picture") draw(data.picture);
  else shown?.reveal(data.model);
});
new MutationObserver(followTheme).observe(document.body, { attributeFilter: ["class"] });
followTheme();
editor.postMessage({ kind: "ready" });

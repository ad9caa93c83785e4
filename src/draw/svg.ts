// A picture as an SVG file: the same bytes on every machine, without fonts, scripts or links.
import { boxMarkup, escapeMarkup } from "./markup.ts";
import { pack } from "./pack.ts";
import type { Picture } from "./picture.ts";
import { tenth } from "./sizes.ts";
import { colorRules, shapeRules, TONES } from "./theme.ts";

/** The space around all boxes, in pixels, and the ratio of their width to their height. */
const MARGIN = 24;
const ASPECT = 1.6;

/** The text of an SVG file that shows a picture, with its colors for light and dark pages. */
export function svg(picture: Picture): string {
  const { places, ...size } = pack(picture.boxes, ASPECT);
  const isEmpty = picture.boxes.length === 0;
  const width = isEmpty ? 420 : tenth(size.width + 2 * MARGIN);
  const height = isEmpty ? 80 : tenth(size.height + 2 * MARGIN);
  const boxes = picture.boxes.map((box, i) => {
    const { x = 0, y = 0 } = places[i] ?? {};
    return `<g transform="translate(${tenth(x + MARGIN)} ${tenth(y + MARGIN)})">${boxMarkup(picture, box)}</g>`;
  });
  const nothing = `<text class="name" x="${MARGIN}" y="44">The graph has no models or domains.</text>`;
  const of = (scheme: "light" | "dark") => {
    const background = `.page{fill:${TONES.page[scheme]}}`;
    return `${background}\n${colorRules((name) => TONES[name][scheme])}`.replace(/^ /gm, "");
  };
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description">
<title id="title">Dependency graph</title>
<desc id="description">${escapeMarkup(description(picture))}</desc>
<style>
${shapeRules().replace(/^ /gm, "")}
${of("light")}
@media (prefers-color-scheme:dark){
${of("dark")}
}
</style>
<rect class="page" width="${width}" height="${height}"/>
${isEmpty ? nothing : boxes.join("\n")}
</svg>
`;
}

/** The maximum number of names in a description. */
const MOST_NAMED = 20;

/** One sentence about the whole picture, then one for each cycle. */
function description({ boxes, findings }: Picture): string {
  const names = boxes.slice(0, MOST_NAMED).map(({ kind, name, nodes }) => `${kind} ${name} (${nodes.length} nodes)`);
  const more = boxes.length > MOST_NAMED ? [`${boxes.length - MOST_NAMED} more`] : [];
  const cycles = boxes.flatMap((box) => box.cycles).slice(0, MOST_NAMED);
  const errors = findings.filter(({ severity }) => severity === "error").length;
  return [
    `Arrows point from a dependency to the node that needs it. ${[...names, ...more].join(", ") || "Nothing"}.`,
    ...cycles.map((cycle) => `Cycle: ${cycle}.`),
    ...(errors === 0 ? [] : [errors === 1 ? "1 error is marked." : `${errors} errors are marked.`]),
  ].join(" ");
}

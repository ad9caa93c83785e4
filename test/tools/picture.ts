// Draws the terminal output of a command as an SVG. `npm run update` writes the picture of the README with it.

/** The width of a character and the height of a line, in pixels; the font is 13 pixels high. */
const COLUMN = 7.8;
const LINE = 19;
const MARGIN = 16;

/** A color on a light and on a dark background. */
interface Tone {
  readonly light: string;
  readonly dark: string;
}

export const BACKGROUND: Tone = { light: "#ffffff", dark: "#0d1117" };

/** The colors of the command line, by the parameters of their escape sequence; the empty one is plain text. */
export const TONES: Readonly<Record<string, Tone>> = {
  "": { light: "#1f2328", dark: "#e6edf3" },
  "1": { light: "#1f2328", dark: "#e6edf3" },
  "38;5;32": { light: "#0969da", dark: "#58a6ff" },
  "1;38;5;196": { light: "#cf222e", dark: "#ff7b72" },
};

/** A picture of a terminal: a title bar with the command, then its output in color. */
export function pictureOf(command: string, printed: string): string {
  const lines = [`$ ${command}`, "", ...printed.trimEnd().split("\n")];
  const columns = Math.max(...lines.map((line) => widthOf(line)));
  const width = Math.ceil(columns * COLUMN) + 2 * MARGIN;
  const height = lines.length * LINE + 2 * MARGIN;
  const names = Object.keys(TONES);
  const rule = (tone: keyof Tone) =>
    [`rect{fill:${BACKGROUND[tone]}}`, ...names.map((name, i) => `.s${i}{fill:${TONES[name]?.[tone]}}`)].join("");
  const rows = lines.flatMap((line, i) => {
    if (line === "") return [];
    const place = `x="${MARGIN}" y="${MARGIN + i * LINE + 14}" textLength="${round(widthOf(line) * COLUMN)}"`;
    return [`<text ${place} lengthAdjust="spacingAndGlyphs">${spansOf(line, names)}</text>`];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(plain(lines.join("\n")))}">
<style>
text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre}
.b{font-weight:bold}
${rule("light")}
@media (prefers-color-scheme:dark){${rule("dark")}}
</style>
<rect width="${width}" height="${height}" rx="8" stroke="#8b949e" stroke-opacity="0.5"/>
${rows.join("\n")}
</svg>
`;
}

function spansOf(line: string, names: readonly string[]): string {
  return piecesOf(line)
    .map(({ style, text }) => {
      const name = names.indexOf(style);
      if (name < 0 || text.includes("\u001b"))
        throw new Error(`The picture has no color for the escape sequence ${style}`);
      return `<tspan class="s${name}${style.startsWith("1") ? " b" : ""}">${escaped(text)}</tspan>`;
    })
    .join("");
}

interface Piece {
  /** The parameters of the escape sequence before the text; empty for plain text. */
  readonly style: string;
  readonly text: string;
}

/** The pieces of a text between escape sequences, each with its style. */
function piecesOf(printed: string): readonly Piece[] {
  const [first = "", ...rest] = printed.split("\u001b[");
  const styled = rest.map((piece): Piece => {
    const end = piece.indexOf("m");
    const parameters = piece.slice(0, end);
    return { style: parameters === "0" ? "" : parameters, text: piece.slice(end + 1) };
  });
  return [{ style: "", text: first }, ...styled].filter(({ text }) => text !== "");
}

function plain(printed: string): string {
  return piecesOf(printed)
    .map(({ text }) => text)
    .join("");
}

function widthOf(line: string): number {
  return [...plain(line)].length;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;").replaceAll("\n", "&#10;");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

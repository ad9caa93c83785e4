// The SVG of one box. The page in a browser and the SVG file draw boxes with the same code.
import type { Severity } from "../base/diagnostic.ts";
import type { Label } from "./label.ts";
import type { Shape } from "./layout.ts";
import type { Box, Picture, PictureNode } from "./picture.ts";
import { columnWidth, type FONTS, FRAME, NODE_HEIGHT, tenth } from "./sizes.ts";
import { ROLES, SIGNS } from "./theme.ts";

/** Escapes a text for an element or an attribute of XML and HTML. Removes noncharacters, which XML does not allow. */
export function escapeMarkup(text: string): string {
  return text
    .replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`)
    .replace(/[\ufffe\uffff]/g, (mark) => `\\u${mark.charCodeAt(0).toString(16)}`);
}

/** The elements of a box, whose upper left corner is at 0, 0. The attribute `data-node` is the index of a node. */
export function boxMarkup(picture: Picture, box: Box): string {
  const shape = picture.shapes[box.shape];
  if (shape === undefined) return "";
  const name = `${box.kind} ${box.name}`;
  const nodes = box.nodes.map((node, i) => nodeMarkup(picture, node, shape.nodes[i] ?? [0, 0, 0], i));
  return [
    `<title>${escapeMarkup(name)}</title>`,
    `<rect class="box" width="${box.width}" height="${box.height}" rx="10"/>`,
    textMarkup("title", FRAME.side, 28, box.title),
    textMarkup("caption", FRAME.side, 46, captionOf(picture, box)),
    markOf(picture, box.findings, box.width - FRAME.side - 8, 24),
    `<g transform="translate(${FRAME.side} ${FRAME.top})">`,
    edgeMarkup(shape, false),
    edgeMarkup(shape, true),
    ...nodes,
    "</g>",
  ].join("");
}

/** `model · efemarai.yaml:3 · 1 cycle` */
function captionOf({ files }: Picture, { kind, place: [file, line], cycles }: Box): Label {
  const path = files[file]?.shown ?? "";
  const short = path.length > 40 ? `…${path.slice(-39)}` : path;
  const count = cycles.length === 0 ? [] : [cycles.length === 1 ? "1 cycle" : `${cycles.length} cycles`];
  const text = [kind, `${short}:${line}`, ...count].join(" · ");
  return { text, columns: text.length };
}

/** All edges of a box in two paths, because a thousand boxes have many edges. */
function edgeMarkup({ edges }: Shape, isCyclic: boolean): string {
  const drawn = edges.filter((edge) => edge.isCyclic === isCyclic);
  if (drawn.length === 0) return "";
  const style = isCyclic ? " cycle" : "";
  const heads = new Set(drawn.map(({ head }) => head));
  return `<path class="line${style}" d="${drawn.map(({ line }) => line).join("")}"/><path class="head${style}" d="${[...heads].join("")}"/>`;
}

function nodeMarkup(picture: Picture, node: PictureNode, [x, y, width]: Shape["nodes"][number], index: number): string {
  const worst = worstOf(picture, node.findings ?? []);
  const hasLabel = node.label.text !== "";
  const texts = hasLabel
    ? `${textMarkup("caption", 16, 17, captionLabel(node))}${textMarkup("name", 16, 33, node.label)}`
    : textMarkup("name", 16, 27, captionLabel(node));
  const found = worst === undefined ? "" : ` class="found ${worst}"`;
  return [
    `<g class="node" data-node="${index}" transform="translate(${x} ${y})"><title>${escapeMarkup(titleOf(picture, node))}</title>`,
    `<rect${found} width="${width}" height="${NODE_HEIGHT}" rx="6"/>`,
    `<path class="${ROLES[node.kind]}" d="M6 11a1.5 1.5 0 0 1 3 0v${NODE_HEIGHT - 22}a1.5 1.5 0 0 1-3 0z"/>`,
    texts,
    markOf(picture, node.findings ?? [], width - 14, 14),
    "</g>",
  ].join("");
}

function captionLabel({ caption }: PictureNode): Label {
  return { text: caption, columns: caption.length };
}

/** The name of a node and how many findings it has, for screen readers and as a tooltip. */
function titleOf({ findings }: Picture, node: PictureNode): string {
  const lines = (node.findings ?? []).flatMap((i) => {
    const finding = findings[i];
    return finding === undefined ? [] : [`${finding.severity}: ${finding.message}`];
  });
  return [node.name, ...lines].join("\n");
}

/** A line of text. Characters that may have another width in some fonts are fitted into their columns. */
function textMarkup(font: keyof typeof FONTS, x: number, y: number, { text, columns }: Label): string {
  const isPlain = /^[ -~]*$/.test(text) || columns === 0;
  const width = tenth(columns * columnWidth(font));
  const fitted = isPlain ? "" : ` textLength="${width}" lengthAdjust="spacingAndGlyphs"`;
  return `<text class="${font}" x="${x}" y="${y}"${fitted}>${escapeMarkup(text)}</text>`;
}

/** A disc with the sign of the most severe finding; empty without findings. */
function markOf(picture: Picture, findings: readonly number[], x: number, y: number): string {
  const worst = worstOf(picture, findings);
  if (worst === undefined) return "";
  return `<circle class="${worst}" cx="${tenth(x)}" cy="${y}" r="7"/><text class="sign" x="${tenth(x)}" y="${y + 4}">${SIGNS[worst]}</text>`;
}

const ORDER: readonly Severity[] = ["error", "warning", "unverified", "hint"];

/** The highest severity of some findings, given by their indexes. */
export function worstOf(picture: Picture, findings: readonly number[]): Severity | undefined {
  const found = new Set(findings.map((i) => picture.findings[i]?.severity));
  return ORDER.find((severity) => found.has(severity));
}

// The colors of pictures on light and dark pages.
import type { Severity } from "../base/diagnostic.ts";
import type { NodeKind } from "../bind/graph.ts";
import { FONTS } from "./sizes.ts";

interface Tone {
  readonly light: string;
  readonly dark: string;
}

/** The role of a node, which determines its color. */
type Role = "variable" | "source" | "input" | "call" | "output" | "value" | "step";

export const ROLES: Readonly<Record<NodeKind, Role>> = {
  environment: "variable",
  name: "value",
  repository: "source",
  file: "source",
  device: "value",
  input: "input",
  load: "call",
  output: "output",
  datapoints: "value",
  predict: "call",
  predictions: "output",
  key: "output",
  transformation: "step",
};

/** The colors by their names in style sheets. */
export const TONES = {
  page: { light: "#ffffff", dark: "#0d1117" },
  box: { light: "#f6f8fa", dark: "#161b22" },
  frame: { light: "#d1d9e0", dark: "#30363d" },
  node: { light: "#ffffff", dark: "#0d1117" },
  border: { light: "#c5cdd5", dark: "#3d444d" },
  text: { light: "#1f2328", dark: "#e6edf3" },
  quiet: { light: "#59636e", dark: "#9198a1" },
  edge: { light: "#8c959f", dark: "#6e7681" },
  cycle: { light: "#cf222e", dark: "#ff7b72" },
  variable: { light: "#8250df", dark: "#bc8cff" },
  source: { light: "#0969da", dark: "#58a6ff" },
  input: { light: "#57606a", dark: "#9198a1" },
  call: { light: "#1a7f37", dark: "#3fb950" },
  output: { light: "#bc4c00", dark: "#f0883e" },
  value: { light: "#bf3989", dark: "#f778ba" },
  step: { light: "#1b7c83", dark: "#39c5cf" },
  error: { light: "#cf222e", dark: "#ff7b72" },
  warning: { light: "#9a6700", dark: "#d29922" },
  unverified: { light: "#8250df", dark: "#bc8cff" },
  hint: { light: "#0969da", dark: "#58a6ff" },
} as const satisfies Readonly<Record<Role | Severity, Tone> & Record<string, Tone>>;

export type ToneName = keyof typeof TONES;

/** The sign of a severity, so that it is visible without its color. */
export const SIGNS: Readonly<Record<Severity, string>> = { error: "×", warning: "!", unverified: "?", hint: "i" };

const ROLE_NAMES: readonly Role[] = ["variable", "source", "input", "call", "output", "value", "step"];
const SEVERITY_NAMES: readonly Severity[] = ["error", "warning", "unverified", "hint"];

/** The font of pictures. The page also shows code in it. */
export const MONOSPACED = 'ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace';

/** The fonts and lines of a picture in the elements that `scope` selects. */
export function shapeRules(scope = ""): string {
  return [
    `${scope} text{font-family:${MONOSPACED};white-space:pre}`,
    `${scope} .title{font-size:${FONTS.title}px;font-weight:600}`,
    `${scope} .name{font-size:${FONTS.name}px}`,
    `${scope} .caption{font-size:${FONTS.caption}px}`,
    `${scope} .sign{font-size:11px;font-weight:700;text-anchor:middle}`,
    `${scope} .line{fill:none;stroke-width:1.25}`,
    `${scope} .line.cycle{stroke-width:2.5}`,
    `${scope} .node rect.found{stroke-width:2}`,
  ].join("\n");
}

/** The colors of a picture in the elements that `scope` selects; `color` returns the color of a name. */
export function colorRules(color: (name: ToneName) => string, scope = ""): string {
  const fills = (names: readonly ToneName[]) => names.map((name) => `${scope} .${name}{fill:${color(name)}}`);
  return [
    `${scope} .box{fill:${color("box")};stroke:${color("frame")}}`,
    `${scope} .title,${scope} .name{fill:${color("text")}}`,
    `${scope} .caption{fill:${color("quiet")}}`,
    `${scope} .line{stroke:${color("edge")}}`,
    `${scope} .head{fill:${color("edge")}}`,
    `${scope} .node rect{fill:${color("node")};stroke:${color("border")}}`,
    `${scope} .sign{fill:${color("page")}}`,
    ...fills(ROLE_NAMES).map((rule) => rule.replace("{", "{stroke:none;")),
    ...fills(SEVERITY_NAMES),
    ...SEVERITY_NAMES.map((name) => `${scope} .node rect.found.${name}{fill:${color("node")};stroke:${color(name)}}`),
    `${scope} .line.cycle{stroke:${color("cycle")}}`,
    `${scope} .head.cycle{fill:${color("cycle")}}`,
  ].join("\n");
}

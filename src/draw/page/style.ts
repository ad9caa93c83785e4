// The style sheet of the graph in a page. Colors are variables with the names of the theme.
import { colorRules, MONOSPACED, shapeRules, TONES, type ToneName } from "../theme.ts";

/** The class of the element that contains everything. */
export const SCOPE = "modelwright-graph";

const NAMES = Object.keys(TONES) as readonly ToneName[];

function variables(scheme: "light" | "dark"): string {
  return `color-scheme:${scheme};${NAMES.map((name) => `--${name}:${TONES[name][scheme]}`).join(";")}`;
}

const SANS = 'system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif';

const LAYOUT = `
.S{position:relative;display:grid;grid-template:auto minmax(0,1fr)/minmax(0,1fr);height:100%;overflow:hidden;background:var(--page);color:var(--text);font:14px/1.45 ${SANS}}
.S *{box-sizing:border-box}
.S button,.S input{font:inherit;color:inherit}
.S p,.S h1,.S h2,.S h3,.S ul{margin:0;padding:0}
.S ul{list-style:none}
.S code,.S pre{font-family:${MONOSPACED};font-size:12.5px}
.S :focus-visible{outline:2px solid var(--source);outline-offset:1px}
.S .bar{display:flex;align-items:center;gap:10px 16px;padding:10px 16px;border-bottom:1px solid var(--frame);z-index:3;background:var(--page)}
.S .heading{min-width:0;display:flex;align-items:baseline;gap:10px;white-space:nowrap}
.S h1{font-size:15px;font-weight:600}
.S .summary{color:var(--quiet);font-size:13px;overflow:hidden;text-overflow:ellipsis}
.S .search{position:relative;margin-left:auto;width:min(340px,100%)}
.S .query{width:100%;height:34px;padding:0 10px;border:1px solid var(--border);border-radius:8px;background:var(--box)}
.S .query::placeholder{color:var(--quiet);opacity:1}
.S .drop{position:absolute;top:40px;left:0;right:0;border:1px solid var(--border);border-radius:10px;background:var(--page);box-shadow:0 8px 24px rgba(0,0,0,.18);overflow:hidden}
.S .results{max-height:min(360px,60vh);overflow:auto;padding:4px}
.S .results:empty{display:none}
.S .results li{display:flex;gap:12px;justify-content:space-between;padding:6px 8px;border-radius:6px;cursor:pointer}
.S .results li[aria-selected=true]{background:var(--source);color:var(--page)}
.S .found-title,.S .node-name{overflow-wrap:anywhere}
.S .found-where{flex:none;max-width:45%;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;color:var(--quiet)}
.S .results li[aria-selected=true] .found-where{color:inherit}
.S .count{padding:6px 12px;border-top:1px solid var(--frame);color:var(--quiet);font-size:12px}
.S .badge{flex:none;display:inline-flex;align-items:center;gap:6px;height:30px;padding:0 12px;border:1px solid var(--border);border-radius:15px;background:none;cursor:pointer;white-space:nowrap;font-size:13px}
.S .badge:hover,.S .row:hover,.S .icon:hover{background:var(--box)}
.S .main{display:grid;grid-template:minmax(0,1fr)/minmax(0,1fr) auto;min-height:0;position:relative}
.S .stage{position:relative;min-width:0;min-height:0}
.S .area{position:absolute;inset:0;min-width:0;overflow:hidden;touch-action:none;cursor:grab;user-select:none;-webkit-user-select:none}
.S .area.moving{cursor:grabbing}
.S .area:focus-visible{outline-offset:-3px}
.S .picture{position:absolute;inset:0;width:100%;height:100%;display:block}
.S .nothing{position:absolute;inset:0;display:grid;place-content:center;color:var(--quiet);text-align:center;padding:24px}
.S [data-node]{cursor:pointer}
.S .title.simple{text-anchor:middle}
.S .box.simple{cursor:pointer}
.S .box.simple{stroke-width:1;vector-effect:non-scaling-stroke}
${(["error", "warning", "unverified", "hint"] as const)
  .map((name) => {
    const color = `var(--${name})`;
    return `.S .box.simple.found.${name}{fill:color-mix(in srgb,${color} 18%,var(--box));stroke:${color}}`;
  })
  .join("\n")}
.S .node:hover rect{stroke:var(--quiet)}
.S .marked .node:not(.related){opacity:.35}
.S .marked .line:not(.trace,.cycle),.S .marked .head:not(.trace,.cycle){opacity:.3}
.S .line.trace{stroke:var(--source);stroke-width:2}
.S .head.trace{fill:var(--source)}
.S .picture .node.chosen rect[rx]{stroke:var(--source);stroke-width:3}
.S .zoom{position:absolute;left:16px;bottom:16px;display:flex;border:1px solid var(--border);border-radius:8px;overflow:hidden;background:var(--page);box-shadow:0 2px 8px rgba(0,0,0,.12)}
.S .zoom button{min-width:36px;height:34px;border:0;padding:0 8px;background:none;cursor:pointer;font-size:13px}
.S .zoom button+button{border-left:1px solid var(--frame)}
.S .zoom button:hover{background:var(--box)}
.S .zoom button:focus-visible{outline-offset:-3px}
.S .level{min-width:56px;font-variant-numeric:tabular-nums}
.S .panel{width:360px;min-height:0;overflow:auto;border-left:1px solid var(--frame);padding:16px;background:var(--page)}
.S [hidden]{display:none!important}
.S .panel>*+*{margin-top:14px}
.S .panel header{display:flex;justify-content:space-between;gap:8px}
.S .eyebrow{display:flex;align-items:center;gap:6px;color:var(--quiet);font-size:12px}
.S h2{font-size:17px;font-weight:600;line-height:1.3;overflow-wrap:anywhere}
.S h2:focus{outline:none}
.S h3{font-size:12px;font-weight:600;color:var(--quiet);margin-bottom:6px}
.S .number{margin-left:6px;padding:0 7px;border-radius:9px;background:var(--box);border:1px solid var(--frame)}
.S .icon{flex:none;width:32px;height:32px;border:0;border-radius:6px;background:none;cursor:pointer;font-size:20px;line-height:1}
.S .where,.S .note{color:var(--quiet);font-size:13px;overflow-wrap:anywhere}
.S .link{border:0;padding:0;background:none;color:var(--source);cursor:pointer;text-align:left;text-decoration:underline;text-underline-offset:2px}
.S .place{font-family:${MONOSPACED};font-size:12.5px}
.S pre{margin:0;padding:10px 12px;overflow:auto;border:1px solid var(--frame);border-radius:8px;background:var(--box);line-height:1.5}
.S .findings{display:grid;gap:8px}
.S .finding{padding:8px 10px;border:1px solid var(--frame);border-left:4px solid var(--quiet);border-radius:6px;overflow-wrap:anywhere;white-space:pre-line}
.S .severity{font-size:12px;font-weight:600}
.S .severity code{font-weight:400;color:var(--quiet)}
${(["error", "warning", "unverified", "hint"] as const)
  .map((name) => `.S .is-${name}{border-left-color:var(--${name})}.S .is-${name} .severity{color:var(--${name})}`)
  .join("\n")}
.S .nodes{margin:0 -8px}
.S .row{display:flex;width:100%;align-items:center;gap:8px;padding:5px 8px;border:0;border-radius:6px;background:none;cursor:pointer;text-align:left}
.S .kind{color:var(--quiet)}
.S .hops{margin-left:auto;flex:none;color:var(--quiet);font-size:12px}
.S .dot{flex:none;width:8px;height:8px;border-radius:3px;background:currentColor}
${(["variable", "source", "input", "call", "output", "value", "step"] as const)
  .map((name) => `.S .dot.${name}{background:var(--${name})}`)
  .join("\n")}
.S .unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (max-width:720px){
.S .bar{flex-wrap:wrap;padding:10px 12px}
.S .heading{flex:1}
.S .search{order:3;width:100%;margin:0}
.S .badge{margin-left:auto}
.S .main{grid-template:minmax(0,1fr) auto/minmax(0,1fr)}
.S .panel{width:auto;max-height:52vh;border-left:0;border-top:1px solid var(--frame);box-shadow:0 -6px 18px rgba(0,0,0,.14);z-index:2}
}
@media print{
.S{display:block;height:auto;overflow:visible}
.S .search,.S .badge,.S .zoom,.S .panel{display:none}
.S .main,.S .stage,.S .area{display:block;position:static;overflow:visible}
.S .picture{position:static;height:auto;max-height:none}
.S .marked .node,.S .marked .line,.S .marked .head{opacity:1!important}
}
`;

/** All rules. `data-scheme="light"` or `"dark"` on the outermost element of a page overrides the setting of the system. */
export function styleSheet(): string {
  const scope = `.${SCOPE}`;
  return [
    `${scope}{${variables("light")}}`,
    `@media (prefers-color-scheme:dark){${scope}{${variables("dark")}}}`,
    `[data-scheme=light] ${scope}{${variables("light")}}`,
    `[data-scheme=dark] ${scope}{${variables("dark")}}`,
    shapeRules(scope),
    colorRules((name) => `var(--${name})`, scope),
    LAYOUT.trim().replaceAll(".S", scope),
    `@media print{${scope}{${variables("light")}}}`,
  ].join("\n");
}

// The page on which a person tries a model. It is one document without external resources.
import { createHash } from "node:crypto";

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 46rem; padding: 0 1rem; color-scheme: light dark; }
label { display: block; margin: 1rem 0 .25rem; font-weight: 600; }
select, input, textarea { font: inherit; width: 100%; box-sizing: border-box; padding: .4rem; }
textarea, pre { font: 14px/1.5 ui-monospace, monospace; }
button { font: inherit; margin-top: 1rem; padding: .4rem 1.2rem; }
pre { border: 1px solid; padding: .6rem; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; min-height: 3rem; }
`;

const SCRIPT = `
"use strict";
const at = (id) => document.getElementById(id);
const headers = () => {
  const token = at("token").value.trim();
  return { "Content-Type": "application/json", ...(token && { Authorization: "Bearer " + token }) };
};
let operations = new Map();
const show = (text) => { at("result").textContent = text; };
const example = () => {
  const found = operations.get(at("model").value);
  if (found) at("datapoint").value = JSON.stringify(found.example, undefined, 2);
  at("about").textContent = found ? found.description : "";
};
const load = async () => {
  const answer = await fetch("openapi.json", { headers: headers() });
  if (answer.status === 401) return show("Enter a token.");
  if (!answer.ok) return show(answer.status + " " + (await answer.text()));
  const { paths } = await answer.json();
  operations = new Map();
  for (const [path, { post }] of Object.entries(paths)) {
    if (post === undefined || !/^\\/models\\/[^/]+\\/predict$/.test(path)) continue;
    const { example } = post.requestBody.content["application/json"];
    operations.set(path, { example, description: post.description || "" });
  }
  at("model").replaceChildren(...[...operations.keys()].map((path) => new Option(path.split("/")[2], path)));
  show("");
  example();
};
const send = async () => {
  show("…");
  const started = performance.now();
  const answer = await fetch(at("model").value.slice(1), { method: "POST", headers: headers(), body: at("datapoint").value });
  const text = await answer.text();
  const seconds = ((performance.now() - started) / 1000).toFixed(3);
  show(answer.status + " " + answer.statusText + " (" + seconds + " s)\\n" + pretty(text));
};
const pretty = (text) => { try { return JSON.stringify(JSON.parse(text), undefined, 2); } catch { return text; } };
const safely = (work) => () => work().catch((error) => show(String(error)));
at("model").addEventListener("change", example);
at("token").addEventListener("change", safely(load));
at("send").addEventListener("click", safely(send));
safely(load)();
`;

/** The page. */
export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Modelwright: try a model</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<h1>Try a model</h1>
<label for="token">Token</label>
<input id="token" type="password" autocomplete="off" placeholder="only if the server requires one">
<label for="model">Model</label>
<select id="model"></select>
<p id="about"></p>
<label for="datapoint">Datapoint, or a list of datapoints</label>
<textarea id="datapoint" rows="10" spellcheck="false"></textarea>
<button id="send" type="button">Predict</button>
<h2>Answer</h2>
<pre id="result" role="status"></pre>
<p><a href="openapi.json">OpenAPI document</a></p>
<script>${SCRIPT}</script>
</body>
</html>
`;

const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** Lets the page run only its own code and connect only to this server. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": [
    "default-src 'none'",
    `script-src ${hashOf(SCRIPT)}`,
    `style-src ${hashOf(STYLE)}`,
    "img-src data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "Referrer-Policy": "no-referrer",
};

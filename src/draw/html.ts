// A picture as a page: one file with its data and its script. It works offline, and its content security policy
// forbids requests.
import { plainJson } from "../base/json-text.ts";
import { PAGE_CODE, PAGE_HASH } from "./page-code.ts";
import type { Picture } from "./picture.ts";

/** The data of a picture as JSON. It can be in a script element, because it contains no `<`. */
export function pictureJson(picture: Picture): string {
  return plainJson(JSON.stringify(picture)).replaceAll("<", "\\u003c");
}

/** Only the script of the page can run, even if a text from a definition became markup. */
const POLICY = `default-src 'none'; script-src '${PAGE_HASH}'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`;

/** The text of an HTML file that shows a picture. */
export function html(picture: Picture): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Dependency graph</title>
<style>
html,body{height:100%;margin:0}
@media print{html,body{height:auto}}
</style>
</head>
<body>
<noscript>This page needs JavaScript. It works offline.</noscript>
<script type="application/json" id="data">${pictureJson(picture)}</script>
<script>${PAGE_CODE}</script>
</body>
</html>
`;
}
